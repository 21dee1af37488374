import assert from 'node:assert/strict'
import { after, before as beforeAll, test } from 'node:test'
import { type CheckName, checkedTables, checkNames } from '../../contract/quality.ts'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { before, coins, fact, judgePlanted, latest, now, prices, run } from '../../test/quality.ts'
import { checks } from './checks.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
after(() => database.drop())

/** What is planted, the verdict, and the number observed. */
type Case = [what: string, plant: string, status: string, observed: number | null]

const repeat = (count: number, plant: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => plant(index + 1)).join('')

const universe = (missing: number) =>
  coins(50) + latest(50 - missing) + latest(missing, { at: before(10), from: 51 - missing })
const wrongPrices = (count: number, price: string) => `${coins(10)}
  alter table fact_market_data alter price_usd drop not null;
  do $$ begin execute (select 'alter table fact_market_data drop constraint ' || conname from pg_constraint
    where conrelid = 'fact_market_data'::regclass and contype = 'c' and conname like '%price_usd%'); end $$;
  ${fact(10, now, 5)}${repeat(count, (coin) => fact(coin, now, price))}`
const moves = (count: number, to: number) => coins(5) + repeat(count, (coin) => prices(coin, [10, to]))
const orphan = (detach: string) =>
  `${coins(2)}${fact(1, now, 1)}${fact(2, now, 1)}set local session_replication_role = replica; ${detach}`
const ranked = (rank: number, plant: string) => `${plant} update dim_coin set market_cap_rank = ${rank};`
const stamp = (coin: number, minutes: number) =>
  `update latest_market_data set source_updated_at = '${before(minutes)}' where coin_id = ${coin};`
/** Of ten coins, `count` whose newest row, or whose price by the clock of the source, is so many minutes old. */
const olds = (count: number, { row = 0, price = 0 }) =>
  coins(10) +
  latest(10, { source: `timestamptz '${now}'` }) +
  `update latest_market_data set timestamp = '${before(row)}', source_updated_at = '${before(row + price)}'
    where coin_id <= ${count}; refresh materialized view mv_latest_market_data;`
const stamped = (minutes: number) => coins(3) + latest(3, { source: `timestamptz '${before(minutes)}'` })
/** Stablecoins at these prices that were at a dollar so many minutes ago, and one more at a dollar now. */
const pegged = (values: number[], minutes = 10) =>
  coins(values.length + 1, { kind: 'stablecoin' }) +
  [...values, 1].map((price, i) => latest(1, { price: `${price}`, from: i + 1 })).join('') +
  values.map((_price, i) => fact(i + 1, before(minutes), 1)).join('')
const thirtyDays = 30 * 1440
const standing = (count: number, values: number[], fields = {}) =>
  coins(25, fields) +
  repeat(count, (coin) => latest(1, { price: `${values.at(-1)}`, from: coin }) + prices(coin, values))

/** Two days of moves whose robust standard deviation is about `sigma`, then one move of `move`. */
const restless = (coin: number, sigma: number, move: number, moves = 300) => {
  const wave = sigma / 1.4826
  const past = Array.from({ length: moves + 1 }, (_, index) => (index % 3 === 1 ? 100 * (1 + wave) : 100))
  return prices(coin, [...past, 100 + 100 * move])
}
const lone = (sigma: number, move: number, moves = 300) =>
  coins(3) + restless(1, sigma, move, moves) + restless(2, sigma, 0) + restless(3, sigma, 0)
const crowd = (count: number, move: number) =>
  coins(10) + repeat(10, (coin) => restless(coin, 0.001, coin <= count ? move : 0))

const candle = (coin: number, date: string, values: number[], samples = 2) => `
  insert into fact_daily_ohlcv (coin_id, date, open, high, low, close, close_at, samples)
  values (${coin}, '${date}', ${values.join(', ')}, '${date}T20:00:00Z', ${samples});`
const yesterday = (coin: number) => fact(coin, '2026-11-23T10:00:00Z', 2) + fact(coin, '2026-11-23T20:00:00Z', 4)
const candles = (count: number, values: number[]) =>
  coins(10) + candle(10, '2026-11-22', [1, 1, 1, 1]) + repeat(count, (coin) => candle(coin, '2026-11-23', values))
const withFacts = (count: number, values: number[], extra = '') =>
  candles(count, values) + repeat(count, yesterday) + extra
const bars = (count: number, price: number) =>
  `${coins(6)} create table bars_of_the_day partition of fact_minute_ohlc for values from ('2026-11-24') to ('2026-11-25');
  insert into fact_minute_ohlc select n, '2026-11-24T11:59:00Z', 100, 110, 90, 100, 5 from generate_series(1, 6) n;` +
  repeat(6, (coin) => fact(coin, now, coin <= count ? price : 100, `'2026-11-24T11:59:40Z'`))
const oneBar = (minutes: number, snapshots: number) =>
  `${coins(2)} create table bars_of_the_day partition of fact_minute_ohlc for values from ('2026-11-24') to ('2026-11-25');
  insert into fact_minute_ohlc values (1, '${before(minutes)}', 1, 1, 1, 1, 1);${prices(2, Array(snapshots).fill(1))}`
const repeated = (count: number, start = 'now()') => `
  insert into pipeline_runs (job_id, trigger, status, start_time, end_time, records_read, details)
  values ('ingest_market_data', 'schedule', 'success', ${start}, now() + interval '2 s', 50, '{"repeated": ${count}}');`
const pairs = (count: number, change: string) =>
  `${coins(14)}${latest(14)}update dim_coin set symbol = 'x' || (id + 1) / 2;
  update latest_market_data set price_usd = 10 * coin_id, market_cap = 100 * coin_id;
  update latest_market_data l set price_usd = 100, market_cap = 1000 where coin_id <= 2 * ${count} and coin_id % 2 = 1;
  update latest_market_data l set price_usd = 100, market_cap = 1000 where coin_id <= 2 * ${count} and coin_id % 2 = 0; ${change}`
const left = (count: number, extra = '') =>
  `${coins(49 + count)} update dim_coin set is_tracked = false, market_cap_rank = null, last_seen_at = '${before(60)}'
    where id > 49; ${extra}`
const refused = (count: number, minutes = 0) => `${coins(1)}${fact(1, now, 1)}${run('success')}
  insert into quarantine_market_data (run_id, tick, source, coingecko_id, rule, payload)
  select max(id), '${before(minutes)}', 'test', 'coin-' || n, 'price_usd_positive', '{}'
  from pipeline_runs, generate_series(1, ${count}) n group by n;`

const cases: Record<CheckName, Case[]> = {
  freshness: [
    ['30.0 min', coins(1) + latest(1, { at: before(30) }), 'passed', 30],
    ['30.01 min', coins(1) + latest(1, { at: before(30.01) }), 'warning', 30.01],
    ['60.0 min', coins(1) + latest(1, { at: before(60) }), 'warning', 60],
    ['60.01 min', coins(1) + latest(1, { at: before(60.01) }), 'failed', 60.01],
  ],
  completeness: [
    ['none missing', universe(0), 'passed', 0],
    ['one missing', universe(1), 'warning', 2],
    ['10% missing', universe(5), 'warning', 10],
    ['12% missing', universe(6), 'failed', 12],
    [
      'a coin that is not tracked',
      `${universe(0)}${coins(1, { from: 51 })}
      update dim_coin set is_tracked = false, market_cap_rank = null where id = 51`,
      'passed',
      0,
    ],
  ],
  schema_validation: [
    ['none', wrongPrices(0, 'null'), 'passed', 0],
    ['one null', wrongPrices(1, 'null'), 'warning', 1],
    ['five NaN', wrongPrices(5, `'NaN'`), 'warning', 5],
    ['six infinite', wrongPrices(6, `'Infinity'`), 'failed', 6],
    ['a null of 59 minutes ago', wrongPrices(0, 'null') + fact(1, before(59), 'null'), 'warning', 1],
    ['a null of an hour ago', wrongPrices(0, 'null') + fact(1, before(60), 'null'), 'passed', 0],
  ],
  anomaly_detection: [
    ['up by exactly 50%', moves(5, 15), 'passed', 0],
    ['down by exactly 50%', moves(5, 5), 'passed', 0],
    ['up by a little more', moves(1, 15.001), 'warning', 1],
    ['down by a little more, three coins', moves(3, 4.999), 'warning', 3],
    ['four coins', moves(4, 15.001), 'failed', 4],
    ['over a gap', `${coins(1)}${fact(1, before(600), 10)}${fact(1, now, 20)}`, 'warning', 1],
    ['a day ago', `${coins(1)}${prices(1, [10, 20, 20], 1430)}${fact(1, now, 20)}`, 'passed', 0],
  ],
  referential_integrity: [
    ['all there', orphan(''), 'passed', 0],
    ['a coin gone', orphan('delete from dim_coin where id = 2'), 'failed', 1],
    ['a day gone', orphan(`delete from dim_time where date = '2026-11-24'`), 'failed', 2],
    ['a coin gone a little under 7 days ago', orphan(fact(9, before(7 * 1440 - 1), 1)), 'failed', 1],
    ['a coin gone 7 days ago', orphan(fact(9, before(7 * 1440), 1)), 'passed', 0],
  ],
  stale_upstream: [
    ['15 min behind', stamped(15), 'passed', 15],
    ['16 min behind', stamped(16), 'warning', 16],
    ['60 min behind', stamped(60), 'warning', 60],
    ['61 min behind', stamped(61), 'failed', 61],
    ['the middle one counts', stamped(5) + stamp(1, 500), 'passed', 5],
    ['the 100th coin', ranked(100, stamped(61)), 'failed', 61],
    ['the 101st coin', ranked(101, stamped(61)), 'no_data', null],
  ],
  stablecoin_peg: [
    ['0.98 and 1.02', pegged([0.98, 1.02]), 'passed', 0],
    ['below', pegged([0.9799]), 'warning', 1],
    ['two off', pegged([0.9799, 1.0201]), 'warning', 2],
    ['three off', pegged([0.9, 1.1, 1.2]), 'failed', 3],
    ['from 1 to 0.97 today', pegged([0.97]), 'warning', 1],
    ['at the peg a little under 30 days ago', pegged([0.97], thirtyDays - 1), 'warning', 1],
    ['at the peg 30 days ago', pegged([0.97], thirtyDays), 'passed', 0],
    ['dead for years', `${pegged([0.0121], 2 * thirtyDays)}${prices(1, [0.0119, 0.0121])}`, 'passed', 0],
    ['never at the peg', `${coins(2, { kind: 'stablecoin' })}${latest(1, { price: '1.083' })}`, 'no_data', 0],
    [
      'of no dollar, by its id',
      `${pegged([1.08])} update dim_coin set coingecko_id = 'susds' where id = 1`,
      'passed',
      0,
    ],
    ['of the euro, by its name', `${pegged([1.08])} update dim_coin set name = 'Some Euro' where id = 1`, 'passed', 0],
    ['of a yen, by its symbol', `${pegged([0.007])} update dim_coin set symbol = 'jpyc' where id = 1`, 'passed', 0],
    [
      'with interest, by its name',
      `${pegged([1.08])} update dim_coin set name = 'Staked Usd' where id = 1`,
      'passed',
      0,
    ],
    ['a coin of another kind', `${pegged([1.08])} update dim_coin set kind = 'coin' where id = 1`, 'passed', 0],
  ],
  stale_coins: [
    ['a row of 24 h ago', olds(1, { row: 1440 }), 'passed', 0],
    ['a row of 24 h and a minute ago', olds(1, { row: 1441 }), 'warning', 10],
    ['a price that stands for 24 h', olds(1, { price: 1440 }), 'passed', 0],
    ['a price that stands for 24 h and a minute', olds(1, { price: 1441 }), 'warning', 10],
    ['two of ten', olds(2, { price: 90 * 1440 }), 'failed', 20],
    ['a pause of everything', olds(10, { row: 3000 }), 'passed', 0],
    [
      'a coin that is not tracked',
      `${olds(1, { row: 1441 })} update dim_coin set is_tracked = false, market_cap_rank = null
      where id = 1; refresh materialized view mv_latest_market_data;`,
      'passed',
      0,
    ],
  ],
  stuck_price: [
    ['50 min', standing(1, [9, 10, 10, 10, 10, 10, 10]), 'passed', 0],
    ['60 min', standing(1, [9, 10, 10, 10, 10, 10, 10, 10]), 'warning', 1],
    ['three coins', standing(3, Array(7).fill(10)), 'warning', 3],
    ['four coins', standing(4, Array(7).fill(10)), 'failed', 4],
    ['the 20th coin', ranked(20, standing(1, Array(7).fill(10))), 'warning', 1],
    ['the 21st coin', ranked(21, standing(1, Array(7).fill(10))), 'no_data', 0],
    [
      'stablecoins',
      standing(4, Array(7).fill(10), { kind: 'stablecoin' }) +
        coins(1, { from: 26 }) +
        `update dim_coin set market_cap_rank = 20 where id = 26;` +
        latest(1, { from: 26 }) +
        fact(26, now, 10),
      'passed',
      0,
    ],
  ],
  robust_anomaly: [
    ['exactly 10%', lone(0.001, 0.1), 'passed', 0],
    ['10.1%', lone(0.001, 0.101), 'warning', 1],
    ['z of 11.9', lone(0.02, 0.234), 'passed', 0],
    ['z of 12.1', lone(0.02, -0.238), 'warning', 1],
    ['35 moves before it', lone(0.001, 0.101, 34), 'passed', 0],
    ['36 moves with it', lone(0.001, 0.101, 35), 'warning', 1],
    ['three coins', crowd(3, -0.2), 'warning', 3],
    ['four coins', crowd(4, 0.2), 'failed', 4],
    [
      'a move over a gap',
      `${lone(0.001, 0)}delete from fact_market_data where coin_id = 1 and timestamp > '${before(30)}';
      ${fact(1, now, 200)}${fact(1, before(10), 200)}`,
      'passed',
      0,
    ],
  ],
  market_move: [
    ['60% of the coins', crowd(6, 0.2), 'passed', 60],
    ['70% of the coins', crowd(7, 0.2), 'warning', 70],
    [
      '70%, in both directions',
      crowd(7, 0.2) +
        `update fact_market_data set price_usd = 80
      where timestamp = '${now}' and coin_id <= 3`,
      'passed',
      40,
    ],
  ],
  default_partition: [
    ['none', coins(1) + latest(1), 'passed', 0],
    ['one', coins(1) + latest(1) + fact(1, '2013-01-01T00:00:00Z', 1), 'warning', 1],
  ],
  ohlcv_consistency: [
    ['sound', withFacts(6, [2, 4, 2, 4]), 'passed', 0],
    ['high < low', candles(1, [2, 1, 3, 2]), 'warning', 1],
    ['an open outside, five coins', candles(5, [5, 4, 2, 3]), 'warning', 5],
    ['a close outside, six coins', candles(6, [3, 4, 2, 1]), 'failed', 6],
    ['another close than its facts', withFacts(1, [2, 4, 2, 3]), 'warning', 1],
    [
      'another close, but marked',
      withFacts(1, [2, 4, 2, 3], `insert into stale_candle values (1, '2026-11-23')`),
      'passed',
      0,
    ],
    ['facts that are gone', candles(6, [2, 4, 2, 4]), 'passed', 0],
    [
      'eight days ago',
      `${coins(1)}${candle(1, '2026-11-16', [2, 1, 3, 2])}${candle(1, '2026-11-17', [1, 1, 1, 1])}`,
      'passed',
      0,
    ],
  ],
  facts_against_candles: [
    ['a candle', withFacts(1, [2, 4, 2, 4]), 'passed', 0],
    ['a mark', `${coins(1)}${yesterday(1)}insert into stale_candle values (1, '2026-11-23')`, 'passed', 0],
    ['neither', coins(1) + yesterday(1), 'warning', 1],
    ['neither, five coins', coins(5) + repeat(5, yesterday), 'warning', 5],
    ['neither, six coins', coins(6) + repeat(6, yesterday), 'failed', 6],
    ['the open day', `${withFacts(1, [2, 4, 2, 4])}${fact(1, now, 3)}`, 'passed', 0],
  ],
  batch_against_stream: [
    ['2% over the range', bars(6, 112.2), 'passed', 0],
    ['a little more', bars(1, 112.21), 'warning', 1],
    ['below, three coins', bars(3, 88.1), 'warning', 3],
    ['four coins', bars(4, 88.1), 'failed', 4],
    [
      'of an hour ago',
      `${bars(1, 500)} update fact_market_data set timestamp = '${before(60)}' where coin_id = 1`,
      'passed',
      0,
    ],
    [
      'another minute',
      `${bars(6, 500)} update fact_market_data set source_updated_at = '2026-11-24T11:58:59Z'
      where coin_id > 1; update fact_market_data set price_usd = 100 where coin_id = 1`,
      'passed',
      0,
    ],
  ],
  silent_stream: [
    ['a bar that is not written yet', oneBar(2, 9), 'passed', 0],
    ['one snapshot after the bar', oneBar(3, 9), 'passed', 1],
    ['a night in which nothing ran', oneBar(600, 1), 'passed', 1],
    ['two snapshots', oneBar(15, 9), 'warning', 2],
    ['three snapshots', oneBar(25, 9), 'warning', 3],
    ['four snapshots', oneBar(35, 9), 'failed', 4],
    ['the 10th coin', ranked(10, oneBar(35, 9)), 'failed', 4],
    ['the 11th coin', ranked(11, oneBar(35, 9)), 'no_data', 0],
    [
      'all bars are of coins that are not tracked',
      `${oneBar(35, 9)} update dim_coin set is_tracked = false, market_cap_rank = null where id = 1`,
      'no_data',
      0,
    ],
  ],
  repeated_rows: [
    ['none', repeated(0), 'passed', 0],
    ['2%', repeated(1), 'passed', 2],
    ['4%', repeated(2), 'warning', 4],
    ['20%', repeated(10), 'warning', 20],
    ['22%', repeated(11), 'failed', 22],
    ['all good again', repeated(11) + repeated(0, `now() + interval '1 s'`), 'passed', 0],
  ],
  duplicate_candidates: [
    ['one symbol, other prices', pairs(0, ''), 'passed', 0],
    ['one symbol, price and cap', pairs(1, ''), 'warning', 1],
    ['0.1% apart', pairs(1, 'update latest_market_data set price_usd = 100.1 where coin_id = 2'), 'warning', 1],
    ['0.2% apart', pairs(1, 'update latest_market_data set price_usd = 100.2 where coin_id = 2'), 'passed', 0],
    ['1% of cap apart', pairs(1, 'update latest_market_data set market_cap = 1010 where coin_id = 2'), 'warning', 1],
    ['2% of cap apart', pairs(1, 'update latest_market_data set market_cap = 1020 where coin_id = 2'), 'passed', 0],
    ['one name', pairs(0, `update dim_coin set name = 'COIN 1' where id = 2`), 'warning', 1],
    ['five pairs', pairs(5, ''), 'warning', 5],
    ['six pairs', pairs(6, ''), 'failed', 6],
  ],
  tracked_universe: [
    [
      'a coin left, another came',
      left(1, `update dim_coin set last_seen_at = '${before(60)}' where id = 1`),
      'passed',
      0,
    ],
    ['1 of 100 left', `${left(1)}${coins(50, { from: 101 })}`, 'passed', 0],
    ['1 of 50 left', left(1), 'warning', 2],
    ['5 of 54 left', left(5), 'warning', (100 * 5) / 54],
    ['6 of 55 left', left(6), 'failed', (100 * 6) / 55],
    ['as many as wanted are left', left(6, coins(1, { from: 100 })), 'passed', 0],
    ['in the first tick', left(6, `update dim_coin set first_seen_at = last_seen_at`), 'failed', (100 * 6) / 55],
    [
      'a day ago',
      left(6, `update dim_coin set last_seen_at = '${before(1440)}' where id > 49`),
      'failed',
      (100 * 6) / 55,
    ],
    ['over a day ago', left(6, `update dim_coin set last_seen_at = '${before(1441)}' where id > 49`), 'passed', 0],
  ],
  refused_rows: [
    ['none', refused(0), 'passed', 0],
    ['one', refused(1), 'warning', 1],
    ['five', refused(5), 'warning', 5],
    ['six', refused(6), 'failed', 6],
    ['59 min ago', refused(6, 59), 'failed', 6],
    ['an hour ago', refused(6, 60), 'passed', 0],
  ],
  ingest_runs: [
    ['good', run('failed') + run('success'), 'passed', 0],
    ['one failed', run('success') + run('failed'), 'warning', 1],
    ['two failed', run('success') + run('failed') + run('abandoned'), 'warning', 2],
    ['three failed, none ever good', repeat(3, () => run('failed')), 'failed', 3],
    ['skipped and stopped', run('success') + run('skipped') + run('cancelled'), 'passed', 0],
  ],
}

for (const [name, list] of Object.entries(cases) as [CheckName, Case[]][])
  test(`${name}: ${list.map(([what]) => what).join('; ')}`, async () => {
    const check = checks.find((each) => each.name === name)
    for (const [what, plant, status, expected] of list) {
      const { details, ...verdict } = await judgePlanted(database.db, name, { plant })
      assert.equal(verdict.status, status, `${what}: ${JSON.stringify(details)}`)
      const { observed, rows_checked } = verdict
      if (expected === null) assert.equal(observed, null, what)
      else assert.ok(Math.abs((observed ?? Number.NaN) - expected) < 1e-6, `${what}: ${observed}`)
      const { samples, ...numbers } = details
      const { unit, warning: warning_above, failed: failed_above } = check ?? {}
      assert.deepEqual(numbers, { observed, unit, warning_above, failed_above, rows_checked }, what)
      assert.equal(samples === undefined, status === 'passed', what)
    }
  })

test('each threshold of each check is met from both sides', () => {
  for (const { name, warning, failed } of checks) {
    const met = new Set(cases[name].map(([, , status]) => status))
    assert.deepEqual(
      [met.has('passed'), met.has('warning'), met.has('failed')],
      [true, warning !== null, failed !== null],
      name,
    )
  }
})

test('in an empty warehouse no check passes, and none breaks', async () => {
  for (const { name } of checks) {
    const { status, rows_checked, details } = await judgePlanted(database.db, name, { plant: 'select' })
    assert.equal(status, name === 'freshness' ? 'failed' : 'no_data', `${name}: ${JSON.stringify(details)}`)
    assert.equal(rows_checked, 0, name)
  }
})

test('coins without facts are nothing to pass on either', async () => {
  const quiet = ['tracked_universe', 'duplicate_candidates']
  for (const { name } of checks.filter((check) => !quiet.includes(check.name))) {
    const { status } = await judgePlanted(database.db, name, { plant: coins(5) })
    assert.notEqual(status, 'passed', name)
  }
})

test('every check that breaks is an error with its reason, and has no number', async () => {
  for (const { name } of checks) {
    const { status, observed, details } = await judgePlanted(database.db, name, {
      plant: 'set local search_path = pg_temp',
    })
    assert.deepEqual([status, observed], ['error', null], name)
    assert.match(String(details.error), /does not exist/, name)
  }
})

test('at most 20 samples name the coins and values at fault, in the form of all instants', async () => {
  const many = await judgePlanted(database.db, 'completeness', { plant: universe(45) })
  const samples = many.details.samples as Record<string, unknown>[]
  assert.deepEqual([many.observed, samples.length], [90, 20])
  assert.deepEqual(samples[0], { coingecko_id: 'coin-6', last_in_snapshot: '2026-11-24T11:50:00Z' })
  const { details } = await judgePlanted(database.db, 'anomaly_detection', { plant: moves(1, 20) })
  assert.deepEqual(details.samples, [
    { coingecko_id: 'coin-1', timestamp: '2026-11-24T12:00:00Z', price_before: 10, price_usd: 20, move_pct: 100 },
  ])
})

test('every name and table of the contract is declared once', () => {
  assert.deepEqual(checks.map(({ name }) => name).sort(), [...checkNames].sort())
  assert.deepEqual([...new Set(checks.map(({ table }) => table))].sort(), [...checkedTables].sort())
})
