import { before, coins, fact, latest, now, prices, run } from './quality.ts'

export const repeat = (count: number, plant: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => plant(index + 1)).join('')

export const universe = (missing: number) =>
  coins(50) + latest(50 - missing) + latest(missing, { at: before(10), from: 51 - missing })
export const wrongPrices = (count: number, price: string) => `${coins(10)}
  alter table fact_market_data alter price_usd drop not null;
  do $$ begin execute (select 'alter table fact_market_data drop constraint ' || conname from pg_constraint
    where conrelid = 'fact_market_data'::regclass and contype = 'c' and conname like '%price_usd%'); end $$;
  ${fact(10, now, 5)}${repeat(count, (coin) => fact(coin, now, price))}`
export const moves = (count: number, to: number) => coins(5) + repeat(count, (coin) => prices(coin, [10, to]))
export const orphan = (detach: string) =>
  `${coins(2)}${fact(1, now, 1)}${fact(2, now, 1)}
  set local citus.propagate_set_commands = 'local'; set local session_replication_role = replica; ${detach}`
export const ranked = (rank: number, plant: string) => `${plant} update dim_coin set market_cap_rank = ${rank};`
export const stamp = (coin: number, minutes: number) =>
  `update latest_market_data set source_updated_at = '${before(minutes)}' where coin_id = ${coin};`
/** Ten coins. `count` of them have a latest row, or a source timestamp, of the given age in minutes. */
export const olds = (count: number, { row = 0, price = 0 }) =>
  coins(10) +
  latest(10, { source: `timestamptz '${now}'` }) +
  `update latest_market_data set timestamp = '${before(row)}', source_updated_at = '${before(row + price)}'
    where coin_id <= ${count}; refresh materialized view mv_latest_market_data;`
export const stamped = (minutes: number) => coins(3) + latest(3, { source: `timestamptz '${before(minutes)}'` })
/** Stablecoins at these prices that were at 1 dollar the given minutes ago, and one at 1 dollar now. */
export const pegged = (values: number[], minutes = 10) =>
  coins(values.length + 1, { kind: 'stablecoin' }) +
  [...values, 1].map((price, i) => latest(1, { price: `${price}`, from: i + 1 })).join('') +
  values.map((_price, i) => fact(i + 1, before(minutes), 1)).join('')
export const thirtyDays = 30 * 1440
export const unchanged = (count: number, values: number[], fields = {}) =>
  coins(25, fields) +
  repeat(count, (coin) => latest(1, { price: `${values.at(-1)}`, from: coin }) + prices(coin, values))

/** Two days of moves with a robust standard deviation of about `sigma`, then one move of size `move`. */
const restless = (coin: number, sigma: number, move: number, moves = 300) => {
  const wave = sigma / 1.4826
  const past = Array.from({ length: moves + 1 }, (_, index) => (index % 3 === 1 ? 100 * (1 + wave) : 100))
  return prices(coin, [...past, 100 + 100 * move])
}
export const lone = (sigma: number, move: number, moves = 300) =>
  coins(3) + restless(1, sigma, move, moves) + restless(2, sigma, 0) + restless(3, sigma, 0)
/** A move of 10.1% after 36 usual moves, the oldest of which began the given minutes ago. */
export const loneAfter = (minutes: number) =>
  `${lone(0.001, 0.101, 36)} update fact_market_data set timestamp = (timestamp at time zone 'UTC' - interval '${minutes - 370} min') at time zone 'UTC'
    where coin_id = 1 and timestamp < '${before(125)}';`
export const fourteenDays = 14 * 1440
export const sevenDays = 7 * 1440
export const crowd = (count: number, move: number) =>
  coins(10) + repeat(10, (coin) => restless(coin, 0.001, coin <= count ? move : 0))

/** 250 coins after 40 small moves, the first `count` of which then rise by 20%. */
export const crowdOf250 = (count: number) => `${coins(250)}
  insert into fact_market_data (coin_id, timestamp, price_usd, granularity)
  select coin, timestamptz '${now}' - tick * interval '10 min',
    case when tick = 0 and coin <= ${count} then 120 when tick % 3 = 1 then 100.1 else 100 end, '10min'
  from generate_series(1, 250) coin, generate_series(0, 40) tick;`

export const candle = (coin: number, date: string, values: number[], samples = 2) => `
  insert into fact_daily_ohlcv (coin_id, date, open, high, low, close, close_at, samples)
  values (${coin}, '${date}', ${values.join(', ')}, '${date}T20:00:00Z', ${samples});`
export const yesterday = (coin: number) => fact(coin, '2026-11-23T10:00:00Z', 2) + fact(coin, '2026-11-23T20:00:00Z', 4)
export const candles = (count: number, values: number[]) =>
  coins(10) + candle(10, '2026-11-22', [1, 1, 1, 1]) + repeat(count, (coin) => candle(coin, '2026-11-23', values))
export const withFacts = (count: number, values: number[], extra = '') =>
  candles(count, values) + repeat(count, yesterday) + extra
export const bars = (count: number, price: number) =>
  `${coins(6)} create table bars_of_the_day partition of fact_minute_ohlc for values from ('2026-11-24') to ('2026-11-25');
  insert into fact_minute_ohlc select n, '2026-11-24T11:59:00Z', 100, 110, 90, 100, 5 from generate_series(1, 6) n;` +
  repeat(6, (coin) => fact(coin, now, coin <= count ? price : 100, `'2026-11-24T11:59:40Z'`))
export const oneBar = (minutes: number, snapshots: number) =>
  `${coins(2)} create table bars_of_the_week partition of fact_minute_ohlc for values from ('2026-11-17') to ('2026-11-25');
  insert into fact_minute_ohlc values (1, '${before(minutes)}', 1, 1, 1, 1, 1);${prices(2, Array(snapshots).fill(1))}`
export const repeated = (count: number, start = 'now()') => `
  insert into pipeline_runs (job_id, trigger, status, start_time, end_time, records_read, details)
  values ('ingest_market_data', 'schedule', 'success', ${start}, now() + interval '2 s', 50, '{"repeated": ${count}}');`
export const pairs = (count: number, change: string) =>
  `${coins(14)}${latest(14)}update dim_coin set symbol = 'x' || (id + 1) / 2;
  update latest_market_data set price_usd = 10 * coin_id, market_cap = 100 * coin_id;
  update latest_market_data l set price_usd = 100, market_cap = 1000 where coin_id <= 2 * ${count} and coin_id % 2 = 1;
  update latest_market_data l set price_usd = 100, market_cap = 1000 where coin_id <= 2 * ${count} and coin_id % 2 = 0; ${change}`
export const left = (count: number, extra = '') =>
  `${coins(49 + count)} update dim_coin set is_tracked = false, market_cap_rank = null, last_seen_at = '${before(60)}'
    where id > 49; ${extra}`
export const quarantined = (count: number, minutes = 0) => `${coins(1)}${fact(1, now, 1)}${run('success')}
  insert into quarantine_market_data (run_id, tick, source, coingecko_id, rule, payload)
  select max(id), '${before(minutes)}', 'test', 'coin-' || n, 'price_usd_positive', '{}'
  from pipeline_runs, generate_series(1, ${count}) n group by n;`
/** Daily closes of 50 coins at 100 on an exchange, the first `count` of which are at `close` at CoinGecko. */
export const exchangeCloses = (count: number, close: number, closeAt = '2026-11-24T00:00:00Z') => `${coins(50)}
  create table exchange_year partition of fact_exchange_ohlcv for values from ('2026-01-01 00:00+00') to ('2027-01-01 00:00+00');
  insert into dim_exchange_market (id, coin_id, exchange, symbol, quote, status, checked_at)
  select n, n, 'binance', n || '/USDT', 'USDT', 'accepted', now() from generate_series(1, 50) n;
  insert into fact_exchange_ohlcv select n, n, '1d', '2026-11-01T00:00:00Z', 0, p, p, p, p, v, v, r
  from generate_series(1, 50) n, (select array_fill(200::float8, array[23]) as p, array_fill(5::real, array[23]) as v,
    array_fill(0.5::real, array[23]) as r) a;
  insert into fact_daily_ohlcv (coin_id, date, open, high, low, close, close_at, samples)
  select n, '2026-11-23', c, c, c, c, '${closeAt}', 2 from generate_series(1, 50) n,
    lateral (select case when n <= ${count} then ${close} else 100 end::float8 as c) v;`
