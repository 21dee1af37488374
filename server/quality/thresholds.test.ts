import assert from 'node:assert/strict'
import { after, before as beforeAll, test } from 'node:test'
import type { CheckName } from '../../contract/quality.ts'
import {
  bars,
  candle,
  candles,
  exchangeCloses,
  left,
  olds,
  oneBar,
  orphan,
  pairs,
  quarantined,
  ranked,
  repeat,
  repeated,
  sevenDays,
  stamp,
  stamped,
  universe,
  withFacts,
  wrongPrices,
  yesterday,
} from '../../test/check-fixtures.ts'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { type Case, plausibilityCases } from '../../test/plausibility-cases.ts'
import { before, coins, fact, latest, now, run, runPlanted } from '../../test/quality.ts'
import { checks } from './checks.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
after(() => database.drop())

const cases: Record<CheckName, Case[]> = {
  ...plausibilityCases,
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
  referential_integrity: [
    ['complete', orphan(''), 'passed', 0],
    ['a missing coin', orphan('delete from dim_coin where id = 2'), 'failed', 1],
    ['a missing day', orphan(`delete from dim_time where date = '2026-11-24'`), 'failed', 2],
    ['a missing coin just under 2 h ago', orphan(fact(9, before(119), 1)), 'failed', 1],
    ['a missing coin 2 h ago', orphan(fact(9, before(120), 1)), 'passed', 0],
    ['the latest row of a missing coin', orphan(latest(1, { at: before(9999), from: 9 })), 'failed', 1],
  ],
  stale_upstream: [
    ['15 min behind', stamped(15), 'passed', 15],
    ['16 min behind', stamped(16), 'warning', 16],
    ['60 min behind', stamped(60), 'warning', 60],
    ['61 min behind', stamped(61), 'failed', 61],
    ['the median counts', stamped(5) + stamp(1, 500), 'passed', 5],
    ['the 100th coin', ranked(100, stamped(61)), 'failed', 61],
    ['the 101st coin', ranked(101, stamped(61)), 'no_data', null],
  ],
  stale_coins: [
    ['a row of 24 h ago', olds(1, { row: 1440 }), 'passed', 0],
    ['a row of 24 h and a minute ago', olds(1, { row: 1441 }), 'warning', 10],
    ['a price of 24 h ago', olds(1, { price: 1440 }), 'passed', 0],
    ['a price of 24 h and a minute ago', olds(1, { price: 1441 }), 'warning', 10],
    ['two of ten', olds(2, { price: 90 * 1440 }), 'failed', 20],
    ['all coins equally old', olds(10, { row: 3000 }), 'passed', 0],
    [
      'a coin that is not tracked',
      `${olds(1, { row: 1441 })} update dim_coin set is_tracked = false, market_cap_rank = null
      where id = 1; refresh materialized view mv_latest_market_data;`,
      'passed',
      0,
    ],
  ],
  default_partition: [
    ['none', coins(1) + latest(1), 'passed', 0],
    ['one', coins(1) + latest(1) + fact(1, '2013-01-01T00:00:00Z', 1), 'warning', 1],
  ],
  ohlcv_consistency: [
    ['consistent', withFacts(6, [2, 4, 2, 4]), 'passed', 0],
    ['high < low', candles(1, [2, 1, 3, 2]), 'warning', 1],
    ['an open outside, five coins', candles(5, [5, 4, 2, 3]), 'warning', 5],
    ['a close outside, six coins', candles(6, [3, 4, 2, 1]), 'failed', 6],
    ['a close that differs from the facts', withFacts(1, [2, 4, 2, 3]), 'warning', 1],
    [
      'a differing close, marked stale',
      withFacts(1, [2, 4, 2, 3], `insert into stale_candle values (1, '2026-11-23')`),
      'passed',
      0,
    ],
    ['facts dropped', candles(6, [2, 4, 2, 4]), 'passed', 0],
    [
      'eight days ago',
      `${coins(1)}${candle(1, '2026-11-16', [2, 1, 3, 2])}${candle(1, '2026-11-17', [1, 1, 1, 1])}`,
      'passed',
      0,
    ],
  ],
  facts_against_candles: [
    ['a candle', withFacts(1, [2, 4, 2, 4]), 'passed', 0],
    ['marked stale', `${coins(1)}${yesterday(1)}insert into stale_candle values (1, '2026-11-23')`, 'passed', 0],
    ['neither', coins(1) + yesterday(1), 'warning', 1],
    ['neither, five coins', coins(5) + repeat(5, yesterday), 'warning', 5],
    ['neither, six coins', coins(6) + repeat(6, yesterday), 'failed', 6],
    ['the current day', `${withFacts(1, [2, 4, 2, 4])}${fact(1, now, 3)}`, 'passed', 0],
  ],
  exchange_closes: [
    ['equal', exchangeCloses(0, 100), 'passed', 0],
    ['0.9% apart', exchangeCloses(50, 100.9), 'passed', 0],
    ['1 of 50 over 1% apart', exchangeCloses(1, 101.1), 'passed', 2],
    ['2 of 50', exchangeCloses(2, 98.9), 'warning', 4],
    ['5 of 50', exchangeCloses(5, 50), 'warning', 10],
    ['6 of 50', exchangeCloses(6, 50), 'failed', 12],
    ['a close of 11 min before midnight', exchangeCloses(6, 50, '2026-11-23T23:49:00Z'), 'no_data', null],
    [
      'a refused market',
      `${exchangeCloses(6, 50)} update dim_exchange_market set status = 'refused', reason = 'other' where id <= 6`,
      'passed',
      0,
    ],
  ],
  batch_against_stream: [
    ['2% above the range', bars(6, 112.2), 'passed', 0],
    ['slightly more', bars(1, 112.21), 'warning', 1],
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
    ['a candle not written yet', oneBar(2, 9), 'passed', 0],
    ['one snapshot after the candle', oneBar(3, 9), 'passed', 1],
    ['a night without any run', oneBar(600, 1), 'passed', 1],
    ['two snapshots', oneBar(15, 9), 'warning', 2],
    ['three snapshots', oneBar(25, 9), 'warning', 3],
    ['four snapshots', oneBar(35, 9), 'failed', 4],
    ['off for 7 days, with snapshots of a day', oneBar(sevenDays - 1, 150), 'failed', 144],
    ['off for longer', oneBar(sevenDays + 1, 150), 'no_data', 0],
    ['the 10th coin', ranked(10, oneBar(35, 9)), 'failed', 4],
    ['the 11th coin', ranked(11, oneBar(35, 9)), 'no_data', 0],
    [
      'candles of untracked coins only',
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
    ['none in the newer run', repeated(11) + repeated(0, `now() + interval '1 s'`), 'passed', 0],
  ],
  duplicate_candidates: [
    ['same symbol, different prices', pairs(0, ''), 'passed', 0],
    ['same symbol, price and market cap', pairs(1, ''), 'warning', 1],
    ['0.1% apart', pairs(1, 'update latest_market_data set price_usd = 100.1 where coin_id = 2'), 'warning', 1],
    ['0.2% apart', pairs(1, 'update latest_market_data set price_usd = 100.2 where coin_id = 2'), 'passed', 0],
    [
      '1% of market cap apart',
      pairs(1, 'update latest_market_data set market_cap = 1010 where coin_id = 2'),
      'warning',
      1,
    ],
    [
      '2% of market cap apart',
      pairs(1, 'update latest_market_data set market_cap = 1020 where coin_id = 2'),
      'passed',
      0,
    ],
    ['same symbol and name', pairs(0, `update dim_coin set name = 'COIN 1' where id = 2`), 'warning', 1],
    ['five pairs', pairs(5, ''), 'warning', 5],
    ['six pairs', pairs(6, ''), 'failed', 6],
  ],
  tracked_universe: [
    [
      'one coin left, one entered',
      left(1, `update dim_coin set last_seen_at = '${before(60)}' where id = 1`),
      'passed',
      0,
    ],
    ['1 of 100 left', `${left(1)}${coins(50, { from: 101 })}`, 'passed', 0],
    ['1 of 50 left', left(1), 'warning', 2],
    ['5 of 54 left', left(5), 'warning', (100 * 5) / 54],
    ['6 of 55 left', left(6), 'failed', (100 * 6) / 55],
    ['still as many as configured', left(6, coins(1, { from: 100 })), 'passed', 0],
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
    ['none', quarantined(0), 'passed', 0],
    ['one', quarantined(1), 'warning', 1],
    ['five', quarantined(5), 'warning', 5],
    ['six', quarantined(6), 'failed', 6],
    ['59 min ago', quarantined(6, 59), 'failed', 6],
    ['an hour ago', quarantined(6, 60), 'passed', 0],
  ],
  ingest_runs: [
    ['recovered', run('failed') + run('success'), 'passed', 0],
    ['one failed', run('success') + run('failed'), 'warning', 1],
    ['two failed', run('success') + run('failed') + run('abandoned'), 'warning', 2],
    ['three failed, none succeeded', repeat(3, () => run('failed')), 'failed', 3],
    ['skipped and cancelled', run('success') + run('skipped') + run('cancelled'), 'passed', 0],
  ],
}
for (const [name, list] of Object.entries(cases) as [CheckName, Case[]][])
  test(`${name}: ${list.map(([title]) => title).join('; ')}`, async () => {
    const check = checks.find((each) => each.name === name)
    for (const [title, plant, status, expected] of list) {
      const { details, ...result } = await runPlanted(database.db, name, { plant })
      assert.equal(result.status, status, `${title}: ${JSON.stringify(details)}`)
      const { observed, rows_checked } = result
      if (expected === null) assert.equal(observed, null, title)
      else assert.ok(Math.abs((observed ?? Number.NaN) - expected) < 1e-6, `${title}: ${observed}`)
      const { samples, ...numbers } = details
      const { unit, warning: warning_above, failed: failed_above } = check ?? {}
      assert.deepEqual(numbers, { observed, unit, warning_above, failed_above, rows_checked }, title)
      assert.equal(samples === undefined, status === 'passed', title)
    }
  })

test('every threshold has a case on either side', () => {
  for (const { name, warning, failed } of checks) {
    const reached = new Set(cases[name].map(([, , status]) => status))
    assert.deepEqual(
      [reached.has('passed'), reached.has('warning'), reached.has('failed')],
      [true, warning !== null, failed !== null],
      name,
    )
  }
})
