import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmodSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { tickMs } from '../../contract/time.ts'
import { systemClock } from '../../server/clock.ts'
import { createDataFolder } from '../data-folder.ts'
import { assertInvariants } from '../invariants.ts'
import { runJob, toJobOptions } from '../jobs.ts'
import { toSnapshot } from '../snapshots.ts'
import { waitFor } from '../wait.ts'
import { asSuperuser, query, Sandbox } from './embedded-sandbox.ts'

const recoveryMs = 60_000
const fetchSnapshots = async () => ({
  source: 'test',
  snapshots: Array.from({ length: 40 }, (_, index) => toSnapshot(`coin-${index}`)),
  rejected: [],
})

/** The folder of a small mounted disk. undefined: this account may not mount one. */
function mountDisk(t: TestContext, megabytes: number): string | undefined {
  const folder = createDataFolder()
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder], { stdio: 'ignore' })
  } catch {
    rmSync(folder, { recursive: true })
    return undefined
  }
  chmodSync(folder, 0o711)
  t.after(() => {
    execFileSync('umount', ['-l', folder])
    rmSync(folder, { recursive: true })
  })
  return folder
}

test('a full disk fails the run with a reason and no partial rows, and free space recovers it', async (t) => {
  const sandbox = new Sandbox(t)
  const disk = mountDisk(t, 160)
  if (disk === undefined) {
    process.stderr.write('\n!!! SKIPPED: full disk: this account may not mount one\n\n')
    return t.skip('this account cannot mount a disk')
  }
  const server = await sandbox.start({ dataDir: join(disk, 'live') })
  const warehouse = await sandbox.openWarehouse(server.connection)
  let now = Date.parse('2026-11-24T00:00:00Z')
  const clock = { ...systemClock, now: () => now }
  const ingest = () => runJob(toJobOptions(warehouse, { fetchSnapshots }, { clock }), 'ingest_market_data')
  assert.equal((await ingest()).status, 'success')
  await query(asSuperuser(server.connection), 'checkpoint')
  const ballast = join(disk, 'ballast')
  const fill = () => {
    const { bavail, bsize } = statfsSync(disk)
    if (bavail > 0) writeFileSync(ballast, Buffer.alloc(bavail * bsize), { flag: 'a' })
  }
  const failures: string[] = []
  fill()
  for (let tick = 0; tick < 2000 && failures.length < 2; tick += 1) {
    now += tickMs
    const problem = await ingest().then(
      ({ status, error }) => (status === 'failed' ? (error ?? '') : null),
      (error: Error) => error.message,
    )
    if (problem !== null) failures.push(problem)
  }
  assert.ok(failures.length > 0, 'a full disk fails a run')
  assert.match(failures.join('\n'), /database disk is full. Free some space/)
  rmSync(ballast)
  await warehouse.pool.query('select 1').catch(() => undefined)
  now += tickMs
  await waitFor(
    async () => (await ingest().catch(() => undefined))?.status === 'success',
    'a good snapshot',
    recoveryMs,
  )
  await warehouse.pool.query(`update pipeline_runs set status = 'abandoned', end_time = now() where status = 'running'`)
  const { rows } = await warehouse.pool.query('select count(*)::int as facts from fact_market_data group by timestamp')
  assert.ok(rows.every(({ facts }) => facts === 40))
  await assertInvariants(warehouse)
})
