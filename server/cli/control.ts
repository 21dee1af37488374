import type { Readiness } from '../../contract/status.ts'
import type { Config } from '../config.ts'
import { AppError } from '../errors.ts'
import { findProcess } from './state.ts'
import { say, step } from './terminal.ts'

const stopWithinMs = 12_000

/** Stops the CryptoFlow that runs on our data folder; any other process is left alone. */
export async function stop(config: Config): Promise<void> {
  const running = findProcess(config.DATA_DIR)
  if (running === undefined) return say('  CryptoFlow does not run on this data folder')
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
  say('  CryptoFlow has stopped')
}

/** Tells whether CryptoFlow runs, where, in which mode, and how its market is. Exit code 3: it does not run. */
export async function status(config: Config): Promise<void> {
  const running = findProcess(config.DATA_DIR)
  if (running === undefined) {
    say('  CryptoFlow does not run on this data folder')
    process.exitCode = 3
    return
  }
  say(`  CryptoFlow runs at ${running.url} (pid ${running.pid}, since ${running.started_at}), mode ${running.mode}`)
  const answer = await fetch(`${running.url}/readyz`, { signal: AbortSignal.timeout(5000) })
  const { database, ingest, live } = (await answer.json()) as Readiness
  say(`  Database: ${database}`)
  say(`  Market: ${ingest.problem ?? `last snapshot ${ingest.last_success_at ?? 'not yet'}`}`)
  say(`  Next snapshot: ${ingest.next_attempt_at ?? 'not scheduled'}`)
  say(`  Live prices: ${live.source ?? 'no feed'}${live.stale ? ', stale' : ''}, ${live.clients} readers`)
}
