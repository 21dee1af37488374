import { openUpstreams, resolveMode } from '../app.ts'
import { systemClock } from '../clock.ts'
import type { Config } from '../config.ts'
import { AppError } from '../errors.ts'
import { createRunner } from '../jobs/runner.ts'
import { isJobId, jobIds } from '../jobs/schedule.ts'
import { createLog } from '../log.ts'
import { openWarehouse, type Warehouse } from '../warehouse/open.ts'
import { findProcess } from './state.ts'
import { say } from './terminal.ts'

const openLog = (config: Config) => createLog({ pretty: process.stdout.isTTY, level: config.LOG_LEVEL })

/** Opens the warehouse beside a running CryptoFlow, or by ourselves when none runs, for as long as `work` takes. */
async function withWarehouse<T>(
  config: Config,
  work: (warehouse: Warehouse, mode: 'live' | 'demo') => Promise<T>,
): Promise<T> {
  const log = openLog(config)
  const running = findProcess(config.DATA_DIR)
  const mode = running?.mode ?? (await resolveMode(config, log))
  const connection = running?.connection ?? config.DATABASE_URL
  const warehouse = await openWarehouse({ connection, dataDir: config.DATA_DIR, mode, log })
  try {
    return await work(warehouse, mode)
  } finally {
    await warehouse.close()
  }
}

/** Brings the schema of the warehouse up to date. */
export const migrateWarehouse = (config: Config): Promise<void> =>
  withWarehouse(config, async (_warehouse, mode) => say(`  The ${mode} warehouse is up to date`))

/** Runs one job by hand. Exit code 1 when it fails. */
export async function runJob(config: Config, name: string | undefined): Promise<void> {
  if (name === undefined || !isJobId(name))
    throw new AppError('bad_request', `Name a job: cryptoflow job run <${jobIds.join('|')}>`)
  await withWarehouse(config, async ({ db, pool }, mode) => {
    const { market, close } = await openUpstreams(config, mode)
    const log = openLog(config)
    const runner = createRunner({ db, pool, market, clock: systemClock, trackedCoins: config.TRACKED_COINS, log })
    const outcome = await runner.runOnce(name, 'manual')
    await close()
    say(
      `  ${name}: ${outcome.status}${outcome.error === undefined ? `, ${outcome.written ?? 0} rows` : `: ${outcome.error}`}`,
    )
    if (outcome.status === 'failed') process.exitCode = 1
  })
}
