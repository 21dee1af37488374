import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { assertInvariants } from '../invariants.ts'
import { openRunner } from '../jobs.ts'
import { toSnapshot } from '../snapshots.ts'
import { waitFor } from '../wait.ts'
import { listServers, Sandbox, waitUntil } from './embedded-sandbox.ts'

const recoveryMs = 60_000
const fetchSnapshots = async () => ({
  source: 'test',
  snapshots: Array.from({ length: 40 }, (_, index) => toSnapshot(`coin-${index}`)),
  rejected: [],
})

/** Runs `act` once, after this process sends a statement that matches `pattern`. The sender waits for `act`. */
function onStatement(t: TestContext, pattern: RegExp, act: () => Promise<void>): void {
  const ask = pg.Client.prototype.query
  const restore = () => {
    pg.Client.prototype.query = ask
  }
  t.after(restore)
  pg.Client.prototype.query = function (this: pg.Client, ...parameters: unknown[]) {
    const text = typeof parameters[0] === 'string' ? parameters[0] : (parameters[0] as { text?: string })?.text
    const answer = Reflect.apply(ask, this, parameters)
    if (pattern.test(text ?? '')) {
      restore()
      const done = act()
      return answer.finally(() => done)
    }
    return answer
  } as typeof ask
}

for (const seconds of [5, 60])
  test(`retries an ingest after PostgreSQL stops in the middle of it for ${seconds} s`, async (t) => {
    const sandbox = new Sandbox(t)
    const server = await sandbox.start()
    const warehouse = await sandbox.openWarehouse(server.connection)
    const runner = openRunner({ ...warehouse, connection: server.connection }, { fetchSnapshots })
    t.after(runner.stop)
    const stopped = new Promise<void>((resolve) => {
      onStatement(t, /^insert into fact_market_data/, async () => {
        server.kill()
        await waitUntil(() => listServers(sandbox.folder).length === 0)
        resolve()
      })
    })
    await runner.start()
    await stopped
    await pause(seconds * 1000)
    const again = await sandbox.start()
    assert.deepEqual(again.connection, server.connection)
    const listRuns = async () =>
      (
        await warehouse.pool.query<{ status: string }>(
          `select status from pipeline_runs where job_id = 'ingest_market_data' and status <> 'running'`,
        )
      ).rows.map(({ status }) => status)
    await waitFor(
      async () => (await listRuns().catch((): string[] => [])).includes('success'),
      'a good snapshot',
      recoveryMs,
    )
    await waitFor(async () => (await listRuns()).includes('abandoned'), 'the end of the interrupted run', recoveryMs)
    await runner.stop()
    const { rows } = await warehouse.pool.query(
      'select count(*)::int as facts from fact_market_data group by timestamp',
    )
    assert.ok(rows.every(({ facts }) => facts === 40))
    await assertInvariants(warehouse)
  })
