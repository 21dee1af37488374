import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findUnportable } from './portable-sql.ts'

const facts = 'fact_market_data'

/** What is refused, a statement with it, and one that does the same in a form that runs. */
const cases: [refused: string, bad: string, good: string][] = [
  [
    'a function that is not immutable in DO UPDATE SET',
    `insert into dim_coin (id, updated_at) values (1, now()) on conflict (id) do update set updated_at = now()`,
    `insert into dim_coin (id, updated_at) values (1, now()) on conflict (id) do update set updated_at = excluded.updated_at`,
  ],
  [
    'a function that is not immutable in DO UPDATE SET',
    `insert into latest_market_data select 1 on conflict (coin_id) do update set at = coalesce(excluded.at, current_timestamp)`,
    `insert into pipeline_runs select 1 on conflict (id) do update set at = current_timestamp`,
  ],
  [
    'an interval added to a column in SET',
    `update ${facts} set timestamp = timestamp - interval '1 hour' where coin_id = 1`,
    `update ${facts} set timestamp = (timestamp at time zone 'UTC' - interval '1 hour') at time zone 'UTC' where coin_id = 1`,
  ],
  [
    'an interval added to a column in SET',
    `insert into dim_coin (id) values (1) on conflict (id) do update set last_seen_at = excluded.last_seen_at + make_interval(mins => 5)`,
    `insert into dim_coin (id, last_seen_at) values (1, now() + interval '5 min') on conflict (id) do update set last_seen_at = excluded.last_seen_at`,
  ],
  [
    'MERGE into a table that is not local',
    `merge into dim_coin c using new_coins n on c.id = n.id when matched then delete`,
    `merge into users u using new_users n on u.id = n.id when matched then delete`,
  ],
  [
    'a trigger on a table that is not local',
    `create trigger t before insert on ${facts}_2026_11 for each row execute function f()`,
    `create trigger t before insert on users for each row execute function f()`,
  ],
  [
    'an update of the coin of a row',
    `update ${facts} set coin_id = 2`,
    `update ${facts} set volume = 2 where coin_id = 1`,
  ],
  [
    'a unique index without the coin',
    `create unique index on ${facts} (timestamp)`,
    `create unique index on ${facts} (coin_id, timestamp)`,
  ],
  [
    'a change of a local table that reads one which is not local',
    `delete from watchlist w using dim_coin c where c.id = w.coin_id and not c.is_tracked`,
    `delete from watchlist where coin_id = any($1)`,
  ],
  [
    'a change of a local table that reads one which is not local',
    `with seen as (select coin_id from ${facts}) update quality_incidents set closed = true where coin_id in (select coin_id from seen)`,
    `update quality_incidents set closed = true where run in (select id from pipeline_runs)`,
  ],
  [
    'DETACH PARTITION CONCURRENTLY',
    `alter table ${facts} detach partition ${facts}_2020_01 concurrently`,
    `alter table ${facts} detach partition ${facts}_2020_01`,
  ],
  [
    'FOR UPDATE or FOR SHARE of a distributed table',
    `select * from stale_candle order by coin_id limit 5 for update skip locked`,
    `select * from users order by id for update skip locked`,
  ],
  [
    'a join of distributed tables that is not by coin',
    `select corr(a.price_usd, b.price_usd) from ${facts} a join ${facts} b on a.timestamp = b.timestamp`,
    `select corr(a.volume, b.volume) from ${facts} a join fact_daily_ohlcv b on a.date = b.date and a.coin_id = b.coin_id`,
  ],
  [
    'a join of distributed tables that is not by coin',
    `select * from latest_market_data l, stale_candle s where l.timestamp = s.date`,
    `select * from latest_market_data l join stale_candle s using (coin_id)`,
  ],
  [
    'a join of distributed tables that is not by coin',
    `select * from ${facts} a, ${facts} b where a.coin_id = $1 and b.coin_id = $2`,
    `select * from ${facts} a, ${facts} b, dim_coin c where a.coin_id = c.id and b.coin_id = c.id`,
  ],
  [
    'a lateral join of a distributed table that is not by coin to another one',
    `select * from dim_coin c cross join lateral (select * from ${facts} f where f.coin_id = c.id order by timestamp desc limit 1) f`,
    `select * from latest_market_data l cross join lateral (select * from ${facts} f where f.coin_id = l.coin_id limit 1) f`,
  ],
  [
    'a lateral join of a distributed table that is not by coin to another one',
    `select * from unnest($1::timestamptz[]) at, lateral (select * from ${facts} where timestamp <= at limit 1) f`,
    `select * from unnest($1::timestamptz[]) at, lateral (select * from ${facts} where coin_id = $2 and timestamp <= at limit 1) f`,
  ],
  [
    'a lateral join of a distributed table that is not by coin to another one',
    `select * from latest_market_data l, lateral (select * from ${facts} where coin_id = $1 and timestamp <= l.timestamp limit 1) f`,
    `select * from (select * from latest_market_data where coin_id = $1) l, lateral (select * from ${facts} where coin_id = $2 and timestamp <= l.timestamp limit 1) f`,
  ],
  [
    'a lateral outer join on a table function',
    `select * from latest_market_data l left join unnest(l.prices) p on true`,
    `select * from latest_market_data l cross join unnest(l.prices) p`,
  ],
  [
    'a correlated subquery over a table function',
    `select (select max(p) from unnest(l.prices) p) from latest_market_data l`,
    `select (select max(p) from unnest($1::int[]) p) from latest_market_data l`,
  ],
  [
    'a correlated subquery of facts per reference row',
    `select * from dim_coin c where not exists (select from ${facts} f where f.coin_id = c.id and timestamp > $1)`,
    `select * from dim_coin c where id not in (select coin_id from ${facts} f where timestamp > $1)`,
  ],
  [
    'several statements at once, of which one defines a table that is not local',
    `alter table dim_coin add column a int; select 1`,
    `alter table users add column a int; select 1`,
  ],
  [
    'several statements at once, of which one defines a table that is not local',
    `drop table ${facts}_2026_11; select 1`,
    `drop table ${facts}_2026_11`,
  ],
]

for (const [refused, bad, good] of cases)
  test(`a cluster refuses ${refused}: ${bad.slice(0, 40)}`, () => {
    assert.deepEqual(findUnportable(bad), [refused])
    assert.deepEqual(findUnportable(good), [])
  })

test('a refused form is found inside a larger statement', () => {
  const join = `select 1 from ${facts} a join ${facts} b using (timestamp)`
  for (const text of [
    `with x as (${join}) select * from x`,
    `insert into users select 1 union all ${join}`,
    `select * from (${join}) x`,
    `select exists (${join})`,
  ])
    assert.deepEqual(findUnportable(text), ['a join of distributed tables that is not by coin'], text)
})
