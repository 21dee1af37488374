import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createTestDatabase } from '../../test/database.ts'
import { runJob, toJobOptions } from '../../test/jobs.ts'
import { sendJson, startServer, toMarketRow } from '../../test/market-server.ts'
import { toSnapshot } from '../../test/snapshots.ts'
import { waitFor } from '../../test/wait.ts'
import { systemClock } from '../clock.ts'
import { SourceError } from '../errors.ts'
import type { SnapshotBatch } from '../snapshot.ts'
import { createCoingecko } from '../sources/coingecko.ts'
import { findRun } from '../warehouse/pipeline.ts'
import { abandonLostRuns, cancelRun } from '../warehouse/runs.ts'

const batch = (...ids: string[]): SnapshotBatch => ({
  source: 'test',
  snapshots: ids.map((id) => toSnapshot(id)),
  rejected: [],
})

async function open(t: TestContext, fetchSnapshots: (top: number, signal: AbortSignal) => Promise<SnapshotBatch>) {
  const database = await createTestDatabase()
  t.after(database.drop)
  const { pool } = database
  const listRuns = async () =>
    (
      await pool.query(
        'select status, trigger, attempt, error, records_read as read, records_processed as written, records_rejected as rejected from pipeline_runs order by id',
      )
    ).rows
  const countFacts = async () => (await pool.query('select count(*)::int as n from fact_market_data')).rows[0].n
  return { ...database, options: toJobOptions(database, { fetchSnapshots }), listRuns, countFacts }
}

/** A fetch that waits for `release`. */
function createBlockedFetch() {
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  const state = { calls: 0, release: () => release() }
  return {
    state,
    fetch: async () => {
      state.calls += 1
      await held
      return batch('a', 'late')
    },
  }
}

test('records the rows read, written and rejected, and a log without secrets', async (t) => {
  const { options, listRuns, db } = await open(t, async () => ({
    ...batch('a', 'b'),
    rejected: [{ coingecko_id: 'c', rule: 'price_usd_positive', payload: {} }],
  }))
  const { id } = await runJob(options, 'ingest_market_data')
  assert.deepEqual(await listRuns(), [
    { status: 'success', trigger: 'manual', attempt: 1, error: null, read: 3, written: 2, rejected: 1 },
  ])
  const run = await findRun(db, id)
  assert.deepEqual(
    run?.log.map(({ message }) => message),
    ['job started', 'exchange rates not updated', 'job done'],
  )
  assert.equal(run?.details.added, 2)
})

test('a run that writes no rows fails and still quarantines rejected rows', async (t) => {
  const { options, listRuns, pool } = await open(t, async () => ({
    source: 'test',
    snapshots: [],
    rejected: [{ coingecko_id: null, rule: 'row_object', payload: 1 }],
  }))
  await runJob(options, 'ingest_market_data')
  const [run] = await listRuns()
  assert.deepEqual([run.status, run.read, run.written, run.rejected], ['failed', 1, 0, 1])
  assert.equal((await pool.query('select from quarantine_market_data')).rowCount, 1)
})

test('a source error is recorded with its remedy and retried when the source asked', async (t) => {
  const { options, db } = await open(t, async () => {
    throw new SourceError('coingecko', 'rate_limited', 'CoinGecko says wait: https://x.io/?api_key=SECRET', {
      retryAfterMs: 119_000,
    })
  })
  const before = Date.now()
  const { id, retryAt } = await runJob(options, 'ingest_market_data', { trigger: 'startup' })
  assert.match((await findRun(db, id))?.error ?? '', /^CoinGecko says wait/)
  const wait = (retryAt?.getTime() ?? 0) - before
  assert.ok(wait >= 119_000 && wait < 125_000, String(wait))
  assert.doesNotMatch(JSON.stringify(await findRun(db, id)), /SECRET/)
})

test('skips a run while another run of the job is in progress, and names it', async (t) => {
  const { state, fetch } = createBlockedFetch()
  const { options, listRuns, pool } = await open(t, fetch)
  const slow = runJob(options, 'ingest_market_data')
  await waitFor(() => state.calls === 1)
  const second = await runJob(options, 'ingest_market_data')
  assert.equal(second.status, 'skipped')
  state.release()
  const { status, id } = await slow
  assert.equal(status, 'success')
  assert.deepEqual(
    (await listRuns()).map((run) => run.status),
    ['success', 'skipped'],
  )
  const { rows } = await pool.query(`select details from pipeline_runs where status = 'skipped'`)
  assert.match(rows[0].details.reason, new RegExp(`run ${id} `))
  assert.equal(state.calls, 1)
})

test('a cancelled run writes nothing more, and the next run does', async (t) => {
  const { state, fetch } = createBlockedFetch()
  const { options, db, listRuns, countFacts } = await open(t, fetch)
  const slow = runJob(options, 'ingest_market_data')
  await waitFor(() => state.calls === 1)
  assert.equal(await cancelRun(db, 1), 'ingest_market_data')
  assert.equal(await cancelRun(db, 1), undefined, 'not in progress any more')
  state.release()
  assert.equal((await slow).status, 'lost')
  assert.equal(await countFacts(), 0)
  assert.equal((await runJob(options, 'ingest_market_data')).status, 'success')
  assert.deepEqual(
    (await listRuns()).map((run) => run.status),
    ['cancelled', 'success'],
  )
})

test('a worker paused past its heartbeat writes nothing when it resumes', async (t) => {
  const { state, fetch } = createBlockedFetch()
  const { options, db, pool, listRuns, countFacts } = await open(t, fetch)
  const paused = runJob(options, 'ingest_market_data')
  await waitFor(() => state.calls === 1)
  await pool.query(`update pipeline_runs set heartbeat_at = now() - interval '13 seconds'`)
  assert.equal(await abandonLostRuns(db), 1)
  const other = toJobOptions({ db, pool }, { fetchSnapshots: async () => batch('a') })
  assert.equal((await runJob(other, 'ingest_market_data')).status, 'success')
  const facts = await countFacts()
  state.release()
  assert.equal((await paused).status, 'lost')
  assert.equal(await countFacts(), facts)
  assert.deepEqual(
    (await listRuns()).map((run) => run.status),
    ['abandoned', 'success'],
  )
})

test('a stopped run ends as cancelled at the next checkpoint', async (t) => {
  const stopping = new AbortController()
  const { options, listRuns, countFacts } = await open(t, (_top, signal) => {
    stopping.abort(new Error('stopped'))
    return new Promise((_resolve, reject) => reject(signal.reason))
  })
  await runJob(options, 'ingest_market_data', { stopping: stopping.signal })
  const [run] = await listRuns()
  assert.deepEqual([run.status, run.error], ['cancelled', 'stopped before it finished; the next run continues'])
  assert.equal(await countFacts(), 0)
})

test('records the source requests of a run with status, duration and retries, and no query', async (t) => {
  const server = await startServer((_query, response, count) =>
    count === 1 ? sendJson(response, { error: 'boom' }, 500) : sendJson(response, [toMarketRow('bitcoin')]),
  )
  t.after(server.close)
  const database = await createTestDatabase()
  t.after(database.drop)
  const market = createCoingecko({
    clock: systemClock,
    baseUrl: server.url,
    demoKey: 'CG-secret',
    proKey: null,
    callsPerMinute: 1000,
  })
  const fetchSnapshots = (top: number, signal: AbortSignal) =>
    market.fetchSnapshots(top, signal).catch(() => market.fetchSnapshots(top, signal))
  const options = toJobOptions(database, { fetchSnapshots }, { trackedCoins: 1 })
  const { id } = await runJob(options, 'ingest_market_data')
  const requests = (await findRun(database.db, id))?.requests ?? []
  assert.deepEqual(
    requests.map(({ number, endpoint, status, retries }) => [number, endpoint, status, retries]),
    [
      [1, '/coins/markets', 500, 0],
      [2, '/coins/markets', 200, 1],
    ],
  )
  assert.match(requests[0]?.error ?? '', /boom/)
  for (const { ms, waited_ms } of requests) assert.ok(ms >= 0 && waited_ms >= 0)
  assert.doesNotMatch(JSON.stringify(requests), /CG-secret|vs_currency/)
})
