import type { Readiness } from '../../contract/status.ts'
import type { Config } from '../config.ts'
import { AppError } from '../errors.ts'
import { findProcess, type MemberState } from './state.ts'
import { answer, step } from './terminal.ts'

const stopWithinMs = 12_000
/** The processes of a cluster stop in two groups. */
const extraOfClusterMs = 20_000

/** Stops the CryptoFlow of this data folder. */
export async function stop(config: Config): Promise<void> {
  const running = findProcess(config.DATA_DIR)
  if (running === undefined) return answer('  CryptoFlow is not running on this data folder', { stopped: false })
  process.kill(running.pid, 'SIGTERM')
  await step('Stopping', async () => {
    const extraMs = running.members === undefined ? 0 : extraOfClusterMs
    const deadline = Date.now() + stopWithinMs + extraMs + 2000 * config.STOP_DELAY_SECONDS
    while (findProcess(config.DATA_DIR) !== undefined) {
      if (Date.now() > deadline)
        throw new AppError(
          'unavailable',
          `Process ${running.pid} does not stop. End it with \`kill -9 ${running.pid}\`.`,
        )
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  })
  answer('  CryptoFlow stopped', { stopped: true, pid: running.pid })
}

/** Reports URL, mode, database, data and stream of the running CryptoFlow. Exit code 3: not running. */
export async function status(config: Config): Promise<void> {
  const running = findProcess(config.DATA_DIR)
  if (running === undefined) {
    answer('  CryptoFlow is not running on this data folder', { running: false })
    process.exitCode = 3
    return
  }
  const { url, pid, started_at, mode, members = [] } = running
  const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5000) })
  const readiness = (await response.json()) as Readiness
  const { database, ingest, live } = readiness
  answer(
    [
      `  CryptoFlow is running at ${url} (pid ${pid}, since ${started_at}), mode ${mode}`,
      `  Database: ${database}`,
      `  Market: ${ingest.problem ?? `last snapshot ${ingest.last_success_at ?? 'none yet'}`}`,
      `  Next snapshot: ${ingest.next_attempt_at ?? 'not scheduled'}`,
      `  Live prices: ${live.source ?? 'no source'}${live.stale ? ', stale' : ''}, ${live.clients} clients`,
      ...(await Promise.all(members.map(toLine))),
    ],
    { running: true, url, pid, started_at, ...readiness, ...(members.length > 0 ? { members } : {}) },
  )
}

async function toLine({ name, pid, url, restarts }: MemberState): Promise<string> {
  const isReady = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5000) }).then(
    ({ ok }) => ok,
    () => false,
  )
  const where = url === null ? 'starting' : `${url} (pid ${pid})`
  return `  Process ${name}: ${isReady ? 'ready' : 'not ready'}, ${where}, ${restarts} restarts`
}
