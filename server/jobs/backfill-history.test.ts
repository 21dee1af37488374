import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Granularity } from '../../contract/day.ts'
import { dayMs, hourMs, minuteMs, tickMs } from '../../contract/time.ts'
import { createTestDatabase } from '../../test/database.ts'
import { assertInvariants } from '../../test/invariants.ts'
import { runJob, toJobOptions } from '../../test/jobs.ts'
import { toSnapshot } from '../../test/snapshots.ts'
import { systemClock } from '../clock.ts'
import { SourceError, type SourceErrorKind } from '../errors.ts'
import { type HistoryPoint, historyGrids } from '../history.ts'
import { findRun } from '../warehouse/pipeline.ts'
import type { AttemptOptions } from './attempt.ts'

const start = Date.parse('2026-11-24T12:30:20Z')
const priceAt = (id: string, at: number) => id.length + (at % 7_919_999) / 1e6
const outage = { from: start - 40 * dayMs, to: start - 35 * dayMs }

type Call = { id: string; granularity: Granularity; days: number }

/** A warehouse whose clock the test turns, and an upstream that knows every price but those of an outage of its own. */
async function open(t: TestContext, ids: string[] = ['bitcoin', 'ether'], more: Partial<AttemptOptions> = {}) {
  const database = await createTestDatabase()
  t.after(database.drop)
  const state = {
    now: start,
    ids,
    calls: [] as Call[],
    /** Throws or changes what the upstream says. */
    answer: (_call: Call, points: HistoryPoint[]): HistoryPoint[] => points,
  }
  const options = toJobOptions(
    database,
    {
      fetchSnapshots: async () => ({
        source: 'test',
        snapshots: state.ids.map((id, index) => toSnapshot(id, { market_cap_rank: index + 1, price_usd: 1000 })),
        rejected: [],
      }),
      fetchHistory: async (id, { granularity, days }) => {
        const call = { id, granularity, days }
        state.calls.push(call)
        const { stepMs } = historyGrids[granularity]
        const points: HistoryPoint[] = []
        for (let at = Math.ceil((state.now - days * dayMs) / stepMs) * stepMs; at <= state.now; at += stepMs)
          if (at < outage.from || at >= outage.to)
            points.push({ at, price_usd: priceAt(id, at), market_cap: null, volume: 5 })
        const answered = state.answer(call, points)
        return { source: 'test', received: answered.length, points: answered, rejected: [] }
      },
    },
    { clock: { ...systemClock, now: () => state.now, sleep: async () => undefined }, ...more },
  )
  const ingest = () => runJob(options, 'ingest_market_data')
  const backfill = (history = options.history) => runJob({ ...options, history }, 'backfill_history')
  const listFacts = async (id: string) =>
    (
      await database.pool.query<{ at: number; granularity: Granularity; price_usd: number }>(
        `select (extract(epoch from timestamp) * 1000)::float8 as at, granularity, price_usd
         from fact_market_data f join dim_coin c on c.id = f.coin_id where coingecko_id = $1 order by timestamp`,
        [id],
      )
    ).rows
  return { ...database, state, ingest, backfill, listFacts }
}

/** The grid instants that a coin should have: 5 minutes for a day, hours for 90, days for 365, without the outage. */
function listExpected(now: number): number[] {
  const wanted = new Set<number>()
  for (const { stepMs, spacingMs, days } of Object.values(historyGrids))
    for (let at = Math.ceil((now - days * dayMs) / spacingMs) * spacingMs; at <= now; at += stepMs)
      if (at < outage.from || at >= outage.to) wanted.add(at)
  return [...wanted].sort((a, b) => a - b)
}

test('a new coin gets 1 day of 5-minute, 90 days of hourly and 365 days of daily points, best rank first', async (t) => {
  const { state, ingest, backfill, listFacts, db } = await open(t)
  await ingest()
  const { id, written, rejected } = await backfill()
  assert.deepEqual(
    state.calls.map(({ id: coin, granularity, days }) => [coin, granularity, days]),
    ['bitcoin', 'ether'].flatMap((coin) => [
      [coin, '5min', 1],
      [coin, 'hourly', 90],
      [coin, 'daily', 365],
    ]),
  )
  const expected = listExpected(start)
  for (const coin of ['bitcoin', 'ether']) {
    const facts = await listFacts(coin)
    assert.deepEqual(
      facts.map(({ at }) => at),
      expected,
    )
    for (const { at, price_usd } of facts)
      assert.equal(price_usd, at === Math.floor(start / tickMs) * tickMs ? 1000 : priceAt(coin, at))
  }
  assert.deepEqual([written, rejected], [2 * (expected.length - 1), 0])
  const run = await findRun(db, id)
  assert.deepEqual([run?.details.coins_done, run?.details.coins_total, run?.details.calls_left], [2, 2, 0])
})

test('keeps the finer fact of an instant and never overwrites a snapshot', async (t) => {
  const { state, ingest, backfill, listFacts } = await open(t, ['bitcoin'])
  await ingest()
  await backfill()
  const facts = new Map((await listFacts('bitcoin')).map((fact) => [fact.at, fact]))
  const tick = Math.floor(start / tickMs) * tickMs
  assert.deepEqual(facts.get(tick), { at: tick, granularity: '10min', price_usd: 1000 })
  const hourAgo = Math.floor(start / hourMs) * hourMs - hourMs
  assert.equal(facts.get(hourAgo)?.granularity, '5min')
  assert.equal(facts.get(hourAgo - 2 * dayMs)?.granularity, 'hourly')
  assert.equal(facts.get(Math.floor(start / dayMs) * dayMs - 200 * dayMs)?.granularity, 'daily')
  state.now += 20 * dayMs
  await ingest()
  state.answer = (_call, points) => points.map((point) => ({ ...point, price_usd: 1 }))
  await backfill()
  const later = new Map((await listFacts('bitcoin')).map((fact) => [fact.at, fact]))
  for (const [at, fact] of facts) assert.deepEqual(later.get(at), fact, new Date(at).toISOString())
})

test('fills exactly the missed time, and fetches a gap of the source once', async (t) => {
  const { state, ingest, backfill, listFacts } = await open(t, ['bitcoin'])
  await ingest()
  await backfill()
  state.calls = []
  for (let tick = 0; tick < 6; tick += 1) {
    state.now += tickMs
    await ingest()
  }
  assert.equal((await backfill()).idle, true, 'the snapshots left nothing out')
  assert.deepEqual(state.calls, [])
  state.now += 8 * hourMs
  const { hasNewWork } = await ingest()
  assert.equal(hasNewWork, true, 'missed ticks are new work for the backfill')
  await backfill()
  assert.deepEqual(
    state.calls.map(({ granularity, days }) => [granularity, days]),
    [
      ['5min', 1],
      ['hourly', 2],
    ],
  )
  const ticks = new Set((await listFacts('bitcoin')).map(({ at }) => at))
  for (let at = Math.ceil((state.now - dayMs) / tickMs) * tickMs; at <= state.now; at += tickMs)
    assert.ok(ticks.has(at), new Date(at).toISOString())
  assert.equal((await backfill()).idle, true, 'what was there before the pause is not missing')
})

test('resumes where it stopped and fetches nothing twice', async (t) => {
  const { state, ingest, backfill, listFacts, pool } = await open(t, ['a', 'bb', 'ccc'])
  await ingest()
  state.answer = (_call, points) => {
    if (state.calls.length === 5) throw new SourceError('test', 'bad_key', 'check the key')
    return points
  }
  const first = await backfill()
  assert.deepEqual([first.status, first.error], ['failed', 'check the key'])
  assert.equal(first.read, first.written, 'what was written before is told')
  state.answer = (_call, points) => points
  assert.equal((await backfill()).status, 'success')
  const asked = state.calls.map(({ id, granularity }) => `${id} ${granularity}`)
  assert.equal(asked.length, 10, 'nine gaps, one of them asked for twice')
  assert.equal(new Set(asked).size, 9)
  const expected = listExpected(start)
  for (const id of ['a', 'bb', 'ccc'])
    assert.deepEqual(
      (await listFacts(id)).map(({ at }) => at),
      expected,
    )
  await assertInvariants({ pool })
})

const problems: [SourceErrorKind, { calls: number; status: string; again: boolean }][] = [
  ['not_found', { calls: 4, status: 'success', again: false }],
  ['plan', { calls: 4, status: 'success', again: true }],
  ['broken', { calls: 6, status: 'success', again: true }],
  ['rate_limited', { calls: 6, status: 'success', again: true }],
]
for (const [kind, { calls, status, again }] of problems)
  test(`a coin whose year is ${kind} does not block other coins`, async (t) => {
    const { state, ingest, backfill } = await open(t, ['bitcoin', 'ether'])
    await ingest()
    state.answer = ({ id, granularity }, points) => {
      if (id === 'bitcoin' && granularity === 'daily') throw new SourceError('test', kind, 'no')
      return points
    }
    const first = await backfill()
    const ofBitcoin = () => state.calls.filter(({ id }) => id === 'bitcoin').length
    assert.deepEqual([first.status, ofBitcoin(), state.calls.length - ofBitcoin()], [status, calls - 1, 3])
    state.calls = []
    state.answer = (_call, points) => points
    await backfill()
    assert.equal(state.calls.length, again ? 1 : 0)
  })

test('three consecutive source errors fail the run, which is retried', async (t) => {
  const { state, ingest, backfill } = await open(t, ['a', 'b', 'c', 'd', 'e'])
  await ingest()
  state.answer = () => {
    throw new SourceError('test', 'unreachable', 'down')
  }
  const { status, error, retryAt } = await backfill()
  assert.deepEqual([status, error, state.calls.length], ['failed', 'down', 9])
  assert.ok(retryAt !== undefined)
})

test('fetches late points again, but not a gap of the source', async (t) => {
  const { state, ingest, backfill, listFacts } = await open(t, ['bitcoin'])
  await ingest()
  const late = start - 25 * minuteMs
  state.answer = ({ granularity }, points) => (granularity === '5min' ? points.filter(({ at }) => at < late) : points)
  await backfill()
  state.answer = (_call, points) => points
  state.calls = []
  await backfill()
  assert.deepEqual(
    state.calls.map(({ granularity }) => granularity),
    ['5min'],
  )
  assert.ok((await listFacts('bitcoin')).some(({ at }) => at === Math.ceil(late / tickMs) * tickMs))
})

test('fetches only the days and the coins that the settings allow, and more when they are raised', async (t) => {
  const { state, ingest, backfill } = await open(t, ['bitcoin', 'ether'])
  await ingest()
  const asked = async (days: number, coins: number) => {
    state.calls = []
    await backfill({ days, coins })
    return state.calls.map((call) => `${call.id} ${call.granularity} ${call.days}`)
  }
  assert.deepEqual(await asked(1, 1), ['bitcoin 5min 1'])
  assert.deepEqual(await asked(2, 1), ['bitcoin hourly 2'])
  assert.deepEqual(await asked(2, 1), [])
  assert.deepEqual(await asked(2, 2), ['ether 5min 1', 'ether hourly 2'])
  assert.deepEqual(await asked(90, 2), ['bitcoin hourly 90', 'ether hourly 90'])
  assert.deepEqual(await asked(91, 1), ['bitcoin daily 91'])
  assert.deepEqual(await asked(90, 0), [])
  assert.deepEqual(await asked(365, 0), ['bitcoin daily 365', 'ether daily 365'])
  assert.deepEqual(await asked(365, 0), [])
})

test('searches many coins in batches', async (t) => {
  const ids = Array.from({ length: 251 }, (_, index) => `coin-${index}`)
  const { state, ingest, backfill, pool } = await open(t, ids, { trackedCoins: 251 })
  await ingest()
  const [first, last] = [new Date(start - 400 * dayMs), new Date(Math.floor(start / dayMs) * dayMs)]
  await pool.query(
    `insert into history_coverage select id, granularity, $1, $2
     from dim_coin, unnest('{5min,hourly,daily}'::granularity[]) granularity`,
    [first, last],
  )
  state.answer = () => []
  await backfill({ days: 1, coins: 0 })
  assert.deepEqual(
    state.calls.map(({ id }) => id),
    ids,
  )
})

test('announces new work every 10 minutes while it runs', async (t) => {
  const announced: number[] = []
  const more = { onNewWork: () => announced.push((state.now - start) / minuteMs) }
  const { state, ingest, backfill } = await open(t, ['a', 'bb', 'ccc'], more)
  await ingest()
  state.answer = (_call, points) => {
    state.now += 4 * minuteMs
    return state.calls.length > 6 ? [] : points
  }
  await backfill()
  assert.deepEqual(announced, [12, 24])
})

test('estimates the time left by the allowed rate, or by the pace of ten calls when that is slower', async (t) => {
  const estimates: unknown[] = []
  const more: Partial<AttemptOptions> = {
    onProgress: (_job, progress) => estimates.push(progress?.details?.seconds_left),
  }
  const { state, ingest, backfill } = await open(t, ['a', 'b', 'c', 'd'], more)
  await ingest()
  state.answer = (_call, points) => {
    state.now += minuteMs
    return points.slice(-1)
  }
  await backfill()
  assert.deepEqual(estimates.slice(-14), [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 120, 60, 0, undefined])
})
