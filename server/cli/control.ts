import type { Readiness } from '../../contract/status.ts'
import type { Config } from '../config.ts'
import { AppError } from '../errors.ts'
import { findProcess } from './state.ts'
import { answer, step } from './terminal.ts'

const stopWithinMs = 12_000

/** Stops the CryptoFlow that runs on our data folder; any other process is left alone. */
export async function stop(config: Config): Promise<void> {
  const running = findProcess(config.DATA_DIR)
  if (running === undefined) return answer('  CryptoFlow does not run on this data folder', { stopped: false })
  process.kill(running.pid, 'SIGTERM')
  await step('Stopping', async () => {
    const deadline = Date.now() + stopWithinMs
    while (findProcess(config.DATA_DIR) !== undefined) {
      if (Date.now() > deadline)
        throw new AppError(
          'unavailable',
          `Process ${running.pid} does not stop: end it with \`kill -9 ${running.pid}\``,
        )
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  })
  answer('  CryptoFlow has stopped', { stopped: true, pid: running.pid })
}

/** Tells whether CryptoFlow runs, where, in which mode, and how its market is. Exit code 3: it does not run. */
export async function status(config: Config): Promise<void> {
  const running = findProcess(config.DATA_DIR)
  if (running === undefined) {
    answer('  CryptoFlow does not run on this data folder', { running: false })
    process.exitCode = 3
    return
  }
  const { url, pid, started_at, mode } = running
  const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5000) })
  const readiness = (await response.json()) as Readiness
  const { database, ingest, live } = readiness
  answer(
    [
      `  CryptoFlow runs at ${url} (pid ${pid}, since ${started_at}), mode ${mode}`,
      `  Database: ${database}`,
      `  Market: ${ingest.problem ?? `last snapshot ${ingest.last_success_at ?? 'not yet'}`}`,
      `  Next snapshot: ${ingest.next_attempt_at ?? 'not scheduled'}`,
      `  Live prices: ${live.source ?? 'no feed'}${live.stale ? ', stale' : ''}, ${live.clients} readers`,
    ],
    { running: true, url, pid, started_at, ...readiness },
  )
}
