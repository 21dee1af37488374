import assert from 'node:assert/strict'
import { Readable, Writable } from 'node:stream'
import { type TestContext, test } from 'node:test'
import { sql } from 'kysely'
import { dayMs } from '../../contract/time.ts'
import { systemClock } from '../../server/clock.ts'
import { openRequests } from '../../server/jobs/requests.ts'
import { createRunner } from '../../server/jobs/runner.ts'
import { BackupReader, restoreBackup, writeBackup } from '../../server/warehouse/backup.ts'
import { inTransaction } from '../../server/warehouse/db.ts'
import { isTransient } from '../../server/warehouse/failures.ts'
import { waitForLead } from '../../server/warehouse/leadership.ts'
import { migrate } from '../../server/warehouse/migrate.ts'
import { openWarehouse } from '../../server/warehouse/open.ts'
import { ensurePartitions } from '../../server/warehouse/partitions.ts'
import { claimRun } from '../../server/warehouse/runs.ts'
import { createTestDatabase, quietLog, type TestDatabase } from '../database.ts'
import { runJob, toJobOptions } from '../jobs.ts'
import { toSnapshot } from '../snapshots.ts'
import { waitFor } from '../wait.ts'
import { killInFlight, terminateBackends } from './backends.ts'

const day = dayMs
const now = Date.parse('2026-11-24T12:00:30Z')
const market = {
  fetchSnapshots: async () => ({ source: 'test', snapshots: [toSnapshot('a'), toSnapshot('b')], rejected: [] }),
  fetchHistory: async () => ({
    source: 'test',
    received: 1,
    points: [{ at: now - day, price_usd: 3, market_cap: null, volume: 4 }],
    rejected: [],
  }),
}

async function open(t: TestContext, options = {}): Promise<TestDatabase> {
  const database = await createTestDatabase(options)
  t.after(database.drop)
  return database
}

const toOptions = (database: TestDatabase) =>
  toJobOptions(database, market, { clock: { ...systemClock, now: () => now } })

async function save({ pool }: TestDatabase): Promise<Buffer> {
  const chunks: Buffer[] = []
  const sink = new Writable({
    write: (chunk, _encoding, done) => {
      chunks.push(chunk)
      done()
    },
  })
  await writeBackup(pool, [sink], { mode: 'demo', version: '1.2.3', onTable: () => undefined })
  return Buffer.concat(chunks)
}

/** Asserts that `work` fails with a transient error when its session is killed, and succeeds when repeated. */
async function failsOnceThenSucceeds(
  { connection }: TestDatabase,
  lock: { table: string; mode?: string },
  work: () => Promise<unknown>,
): Promise<void> {
  const cut = await killInFlight(connection, lock, work)
  assert.equal(cut.status, 'rejected')
  assert.ok(isTransient(cut.reason), String(cut.reason))
  await work()
}

test('rejects a read whose session is killed, and answers the next one', async (t) => {
  const database = await open(t)
  await failsOnceThenSucceeds(database, { table: 'pipeline_runs' }, () =>
    database.db.selectFrom('pipeline_runs').selectAll().execute(),
  )
})

test('answers every read after one whose session ended', async (t) => {
  const { db } = await open(t)
  for (let round = 0; round < 50; round += 1) {
    const lost = await sql`select pg_terminate_backend(pg_backend_pid())`.execute(db).catch((error) => error)
    assert.ok(isTransient(lost), String(lost))
    await sql`select 1`.execute(db)
  }
})

test('rolls back a transaction whose session is killed between statements', async (t) => {
  const database = await open(t)
  const insert = `insert into warehouse_info (key, value) values ('a', 'b')`
  await failsOnceThenSucceeds(database, { table: 'dim_coin' }, () =>
    inTransaction(database.pool, async (_tx, client) => {
      await client.query(insert)
      await client.query('select from dim_coin')
    }),
  )
  await failsOnceThenSucceeds(database, { table: 'pipeline_runs', mode: 'share row exclusive' }, () =>
    claimRun(database.db, { jobId: 'ingest_market_data', trigger: 'manual', attempt: 1 }),
  )
})

test('fails a job whose COPY is killed with a reason, and its retry succeeds', async (t) => {
  const database = await open(t)
  assert.equal((await runJob(toOptions(database), 'ingest_market_data')).status, 'success')
  const lock = { table: 'fact_market_data', mode: 'share row exclusive' }
  const ended = await killInFlight(database.connection, lock, () => runJob(toOptions(database), 'backfill_history'))
  const cut = ended.status === 'fulfilled' ? ended.value : assert.fail(ended.reason)
  assert.match(`${cut.status}: ${cut.error}`, /^failed: The database connection was lost\. ./)
  assert.ok(cut.retryAt !== undefined && cut.retryAt.getTime() - now <= 2000, `${cut.retryAt}`)
  assert.equal((await runJob(toOptions(database), 'backfill_history')).status, 'success')
})

test('creates a partition on the next attempt after its session is killed, and holds no lock meanwhile', async (t) => {
  const database = await open(t)
  const from = new Date('2031-01-15T00:00:00Z')
  await failsOnceThenSucceeds(database, { table: 'dim_coin' }, () =>
    ensurePartitions(database.pool, { from, to: from }),
  )
})

/** A database whose migrations wait for the lock before they are recorded. */
async function openUnmigrated(t: TestContext): Promise<TestDatabase> {
  const database = await open(t, { empty: true })
  await database.pool.query(`create table schema_migrations (
    name text primary key, checksum text not null, applied_at timestamptz not null default now())`)
  return database
}

const migrations = { table: 'schema_migrations', mode: 'share row exclusive' }

test('rolls back a migration whose session is killed, and applies it on the next attempt', async (t) => {
  const database = await openUnmigrated(t)
  await failsOnceThenSucceeds(database, migrations, () => migrate(database.pool, quietLog))
})

test('repeats a killed migration within the same start', async (t) => {
  const { connection } = await openUnmigrated(t)
  const options = { connection, dataDir: '/nowhere', mode: 'demo', log: quietLog } as const
  const opened = await killInFlight(connection, migrations, () => openWarehouse(options))
  const warehouse = opened.status === 'fulfilled' ? opened.value : assert.fail(opened.reason)
  await warehouse.close()
})

test('fails a backup and a restore whose sessions are killed without partial results, and both succeed when repeated', async (t) => {
  const database = await open(t)
  await runJob(toOptions(database), 'ingest_market_data')
  const saved: Buffer[] = []
  await failsOnceThenSucceeds(database, { table: 'fact_market_data' }, async () => {
    saved.push(await save(database))
  })
  const empty = await open(t)
  await failsOnceThenSucceeds(empty, { table: 'fact_market_data', mode: 'share row exclusive' }, async () =>
    restoreBackup(empty.pool, await BackupReader.open(Readable.from(saved)), { onTable: () => undefined }),
  )
})

test('queues the next run request after the session of the queue is killed', async (t) => {
  const database = await open(t)
  const runner = createRunner({ ...toOptions(database), connection: database.connection, schedules: false })
  t.after(runner.stop)
  await runner.start()
  const requests = openRequests(database.connection, quietLog)
  t.after(requests.close)
  const request = () => requests.request('data_quality_checks')
  const cut = await killInFlight(database.connection, { table: 'pgboss.job' }, request)
  assert.equal(cut.status === 'rejected' && cut.reason.code, 'unavailable')
  await waitFor(
    () =>
      request()
        .then(() => true)
        .catch(() => false),
    'a queued run',
  )
  const countChecks = async () => (await database.pool.query('select from data_quality_checks')).rowCount
  await waitFor(() => countChecks().catch(() => 0), 'the run')
})

test('loses leadership at once when its session is killed, and can regain it', async (t) => {
  const { connection } = await open(t)
  const stop = new AbortController()
  const options = { connection, clock: systemClock, log: quietLog }
  const lead = await waitForLead(options, stop.signal)
  assert.equal(lead?.lost.aborted, false)
  await terminateBackends(connection, `application_name = 'cryptoflow lead'`)
  await waitFor(() => lead?.lost.aborted, 'the loss')
  const next = await waitForLead(options, stop.signal)
  assert.ok(next !== null && lead !== null && next.term > lead.term)
  await next.release()
})
