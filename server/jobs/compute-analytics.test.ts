import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { analyticsPeriods } from '../../contract/analytics.ts'
import { dayMs, hourMs, toUtcDay } from '../../contract/time.ts'
import { insertCloses, walk, writeCloses } from '../../test/candles.ts'
import { createTestDatabase } from '../../test/database.ts'
import { assertInvariants } from '../../test/invariants.ts'
import { openRun, runJob, toJobOptions } from '../../test/jobs.ts'
import { systemClock } from '../clock.ts'
import { inTransaction } from '../warehouse/db.ts'
import { writeHistory } from '../warehouse/history.ts'
import { ensurePartitions } from '../warehouse/partitions.ts'
import { findWarehouseVersion } from '../warehouse/pipeline.ts'
import { finishRun } from '../warehouse/runs.ts'
import type { AttemptOptions } from './attempt.ts'
import { schedule } from './schedule.ts'

const last = '2026-11-23'
const now = Date.parse('2026-11-24T04:00:00Z')

/** Closes of so many days that wander, each `seed` its own way. */
const wander = (days: number, seed: number): number[] =>
  walk(days, 100 * seed, (day) => 0.03 * Math.sin(day * seed * 1.7 + seed))

async function open(t: TestContext, coins: Record<string, (number | null)[]>, settings: Partial<AttemptOptions> = {}) {
  const database = await createTestDatabase()
  t.after(database.drop)
  await insertCloses(database, { last, coins })
  const state = { now }
  const clock = { ...systemClock, now: () => state.now }
  const compute = (attempt = {}, more: Partial<AttemptOptions> = {}) =>
    runJob(toJobOptions(database, {}, { clock, ...settings, ...more }), 'compute_analytics', attempt)
  const risks = async (period = 30) =>
    (
      await database.pool.query(
        `select coingecko_id as id, v.* from analytics_volatility v join dim_coin c on c.id = coin_id
         where period_days = $1 order by coin_id`,
        [period],
      )
    ).rows
  const pairs = async (period = 30) =>
    (
      await database.pool.query(
        `select coin_a_id as a, coin_b_id as b, correlation, observations, as_of from analytics_correlation
         where period_days = $1 order by 1, 2`,
        [period],
      )
    ).rows
  return { ...database, state, clock, compute, risks, pairs }
}

const year = { bitcoin: wander(365, 1), ethereum: wander(365, 2), other: wander(365, 3) }

test('computes risk for every tracked coin and period, and one correlation per pair of the largest', async (t) => {
  const { compute, risks, pairs, pool } = await open(t, year, { correlationCoins: 2 })
  const outcome = await compute()
  assert.deepEqual([outcome.status, outcome.written, outcome.hasNewWork], ['success', 5 * 3 + 5, true])
  for (const period of analyticsPeriods) {
    assert.deepEqual(
      (await risks(period)).map(({ id, observations, is_correlated, as_of }) => [
        id,
        observations,
        is_correlated,
        as_of,
      ]),
      [
        ['bitcoin', period - 1, true, last],
        ['ethereum', period - 1, true, last],
        ['other', period - 1, false, last],
      ],
    )
    const found = await pairs(period)
    assert.deepEqual(
      found.map(({ a, b, observations, as_of }) => [a, b, observations, as_of]),
      [[1, 2, period - 1, last]],
    )
  }
  const [bitcoin] = await risks()
  assert.deepEqual([bitcoin.beta_btc, bitcoin.correlation_btc], [1, 1])
  assert.deepEqual(
    [bitcoin.volatility_annualized, bitcoin.sharpe_ratio, bitcoin.cagr],
    [null, null, null],
    '29 returns',
  )
  const [ninety] = await risks(90)
  assert.equal(ninety.volatility_annualized, ninety.volatility * Math.sqrt(365))
  const closes = wander(365, 1).slice(-90)
  const growth = (closes.at(-1) ?? 0) / (closes[0] ?? 1)
  assert.deepEqual([ninety.period_return, ninety.cagr], [growth - 1, growth ** (365 / 89) - 1])
  const window = wander(365, 1).slice(-30)
  const rises = window.slice(1).map((close, day) => close / (window[day] ?? 0) - 1)
  const best = rises.indexOf(Math.max(...rises))
  assert.deepEqual(
    [bitcoin.best_day_return, bitcoin.best_day_date],
    [rises[best], toUtcDay(Date.parse(last) - (28 - best) * dayMs)],
  )
  await assertInvariants({ pool })
})

test('missing days give no return, too few closes give null, a flat coin has no Sharpe ratio', async (t) => {
  const { compute, risks, pairs } = await open(t, {
    bitcoin: wander(30, 1),
    gap: wander(30, 2).map((close, day) => (day === 10 ? null : close)),
    young: wander(24, 3),
    just: wander(25, 3),
    four: wander(4, 4),
    flat: new Array(30).fill(5),
    steady: Array.from({ length: 30 }, (_, day) => 1.01 ** day),
    none: [],
  })
  assert.equal((await compute()).status, 'success')
  const rows = Object.fromEntries((await risks()).map((row) => [row.id, row]))
  const told = (id: string) => [rows[id].observations, rows[id].volatility !== null]
  assert.deepEqual(['bitcoin', 'gap', 'young', 'just', 'four', 'flat', 'none'].map(told), [
    [29, true],
    [27, true],
    [23, false],
    [24, true],
    [3, false],
    [29, true],
    [0, false],
  ])
  assert.deepEqual([rows.flat.volatility, rows.flat.sharpe_ratio, rows.flat.beta_btc], [0, null, 0])
  assert.deepEqual([rows.steady.correlation_btc, rows.steady.period_return > 0.3], [null, true])
  for (const column of ['max_drawdown', 'sharpe_ratio', 'best_day_return', 'best_day_date', 'value_at_risk_95'])
    assert.equal(rows.four[column], null, column)
  const [week] = (await risks(7)).filter(({ id }) => id === 'four')
  assert.deepEqual([week.observations, week.volatility], [3, null])
  const correlation = new Map((await pairs()).map((pair) => [`${pair.a}-${pair.b}`, pair]))
  assert.equal(correlation.get('1-2')?.observations, 27)
  assert.ok(Math.abs(correlation.get('1-2')?.correlation) < 1)
  assert.deepEqual([correlation.get('1-3')?.correlation, correlation.get('1-3')?.observations], [null, 23])
  assert.deepEqual([correlation.get('1-6')?.correlation, correlation.get('1-6')?.observations], [null, 29])
  assert.equal(correlation.get('2-4')?.observations, 22)
  assert.equal(correlation.get('2-4')?.correlation, null, 'each has enough, both together have not')
})

test('correlates returns, not prices', async (t) => {
  const climb = (odd: number) => walk(30, 100, (day) => (day % 2 === odd ? 0.05 : 0.01))
  const { compute, pairs } = await open(t, { bitcoin: climb(0), other: climb(1) })
  await compute()
  const [pair] = await pairs()
  assert.ok(pair.correlation < -0.999, `${pair.correlation}; that of the prices is above 0.99`)
})

test('skips when nothing changed; a new day, a changed close or a setting recomputes', async (t) => {
  const { compute, state, pool, risks } = await open(t, year)
  await compute()
  const before = await risks()
  const [{ sharpe_ratio: sharpe }] = await risks(90)
  const idle = await compute()
  assert.deepEqual([idle.status, idle.idle, idle.written], ['skipped', true, 0])
  assert.match(String(idle.details?.idle), /analytics of 2026-11-23 are up to date/)
  state.now += hourMs
  assert.equal((await compute()).idle, true, 'the same day')
  assert.equal((await compute({ full: true })).status, 'success', 'a full run does it all the same')
  assert.deepEqual(await risks(), before)
  await writeCloses({ pool }, { id: 'other', last, closes: year.other.with(-10, 99) })
  assert.equal((await compute()).status, 'success')
  assert.notEqual((await risks())[2].volatility, before[2].volatility)
  assert.deepEqual((await risks()).slice(0, 2), before.slice(0, 2))
  assert.equal((await compute({}, { correlationCoins: 2 })).status, 'success')
  assert.equal((await compute({}, { correlationCoins: 2, riskFreeRate: 0.05 })).status, 'success')
  assert.ok((await risks(90))[0].sharpe_ratio < sharpe)
  state.now += dayMs
  assert.equal((await compute()).status, 'success')
  const [row] = await risks()
  assert.deepEqual([row.as_of, row.observations], ['2026-11-24', 28])
  await pool.query(`update dim_coin set name = name || '!'`)
  assert.equal((await compute()).idle, true, 'a name changes no figure')
})

test('skips without candles', async (t) => {
  const { compute, risks } = await open(t, { bitcoin: [], other: [] })
  assert.equal((await compute()).details?.idle, 'no closed day has a candle yet')
  assert.deepEqual(await risks(), [])
})

test('removes retired coins with their pairs, and keeps an untracked bitcoin as the benchmark', async (t) => {
  const { compute, risks, pairs, pool } = await open(t, year)
  await compute()
  const [, before] = await risks()
  await pool.query(
    `update dim_coin set is_tracked = false, market_cap_rank = null where coingecko_id in ('bitcoin', 'other')`,
  )
  assert.equal((await compute()).status, 'success')
  const rows = await risks()
  assert.deepEqual(rows, [before])
  assert.equal(typeof rows[0].beta_btc, 'number')
  assert.deepEqual(await pairs(), [])
})

test('a stopped or cancelled run keeps the old analytics; the next run replaces them', async (t) => {
  const { compute, risks, pairs, pool } = await open(t, year)
  await compute()
  const before = [await risks(), await pairs()]
  await writeCloses({ pool }, { id: 'other', last, closes: wander(365, 5) })
  const stopping = new AbortController()
  const seen: number[] = []
  const stopped = await compute(
    { stopping: stopping.signal },
    {
      onProgress: (_job, progress) => {
        if (progress === null) return
        seen.push(progress.written)
        stopping.abort(new Error('stop'))
      },
    },
  )
  assert.deepEqual([stopped.status, seen], ['cancelled', [15]])
  assert.deepEqual([await risks(), await pairs()], before)
  const connect = async () => {
    await pool.query(`update pipeline_runs set status = 'cancelled', end_time = now() where status = 'running'`)
    return pool.connect()
  }
  const cancelled = await compute({}, { pool: { connect } as unknown as AttemptOptions['pool'] })
  assert.equal(cancelled.status, 'lost')
  assert.deepEqual([await risks(), await pairs()], before)
  assert.equal((await compute()).status, 'success')
  assert.notDeepEqual(await risks(), before[0])
  await assertInvariants({ pool })
})

test('changed history triggers candles, and candles trigger analytics', async (t) => {
  const { compute, risks, pool, db, clock } = await open(t, year)
  await compute()
  const before = await risks(365)
  await ensurePartitions(pool, { from: new Date('2026-10-01T00:00:00Z'), to: new Date('2026-11-24T00:00:00Z') })
  await inTransaction(pool, (tx, client) =>
    writeHistory(
      { tx, client },
      {
        coinId: 3,
        granularity: 'daily',
        points: [{ at: Date.parse('2026-10-11T00:00:00Z'), price_usd: 1, market_cap: null, volume: null }],
      },
    ),
  )
  const made = await runJob(toJobOptions({ pool, db }, {}, { clock }), 'transform_aggregates')
  assert.deepEqual([made.hasNewWork, schedule.transform_aggregates.triggers], [true, 'compute_analytics'])
  assert.deepEqual([(await compute()).hasNewWork, schedule.compute_analytics.triggers], [true, 'data_quality_checks'])
  const after = await risks(365)
  assert.deepEqual(after.slice(0, 2), before.slice(0, 2))
  assert.ok(after[2].max_drawdown > 0.99)
})

test('a run that ends after later ones still changes the warehouse version', async (t) => {
  const { db, compute } = await open(t, year)
  const run = await openRun({ db }, 'ingest_market_data')
  await compute()
  const before = await findWarehouseVersion(db)
  await finishRun(db, run, { status: 'success', read: 1, written: 1, rejected: 0 })
  assert.notEqual(await findWarehouseVersion(db), before)
  const between = await findWarehouseVersion(db)
  await compute({ full: true })
  assert.notEqual(await findWarehouseVersion(db), between)
})
