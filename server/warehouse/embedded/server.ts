import { spawn } from 'node:child_process'
import { closeSync, copyFileSync, openSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { toMessage } from '../../errors.ts'
import type { Binaries } from './binaries.ts'
import { environment } from './cluster.ts'
import { toPostgresError } from './failure.ts'
import type { EmbeddedFiles } from './files.ts'
import { clearEarlierServer, endServer, type Postmaster, readPidFile } from './postmaster.ts'

const retryForMs = 60_000
const maxStartMs = 600_000
const retryMs = 100
const pollMs = 10
const maxLogBytes = 5 * 1024 * 1024
const transientErrors = /shared memory block|lock file .* already exists/

/** A server that is our child process. `failure`: why it could not be spawned. */
export type Server = Postmaster & { pid: number | undefined; failure: string | undefined; ended: Promise<void> }

/** What to start. `onSpawn` gets each process started for it. */
export type Launch = {
  files: EmbeddedFiles
  binaries: Binaries
  settings: Record<string, string>
  onSpawn(server: Server): void
}

/**
 * Starts the server and waits until it accepts connections, which includes crash recovery. Retries errors caused by an
 * earlier server. Throws an error with PostgreSQL's message.
 */
export async function launchServer(launch: Launch, ending: AbortSignal): Promise<Server> {
  const signal = AbortSignal.any([ending, AbortSignal.timeout(maxStartMs)])
  const { name, home, data, sockets, log } = launch.files
  for (const deadline = Date.now() + retryForMs; ; await pause(retryMs, undefined, { signal })) {
    await clearEarlierServer(data, name)
    const socket = `.s.PGSQL.${launch.settings.port}`
    for (const file of [socket, `${socket}.lock`]) rmSync(join(sockets, file), { force: true })
    signal.throwIfAborted()
    const logFrom = boundLog(log)
    const server = spawnServer(launch)
    launch.onSpawn(server)
    if (await becomesReady(server, data, signal)) return server
    const message = server.failure ?? readFileSync(log).subarray(logFrom).toString()
    if (!transientErrors.test(message) || Date.now() > deadline)
      throw toPostgresError("PostgreSQL doesn't start", message, `see its message and ${home}`)
  }
}

async function becomesReady(server: Server, data: string, signal: AbortSignal): Promise<boolean> {
  try {
    while (server.isRunning()) {
      const lines = readPidFile(data)
      if (lines?.[7]?.trim() === 'ready' && Number(lines[0]) === server.pid) return true
      await pause(pollMs, undefined, { signal })
    }
    await server.ended
    return false
  } catch (error) {
    await endServer(server)
    throw error
  }
}

/** Spawns it in its own session, so Ctrl-C in a terminal reaches only us, with output to a file that outlives us. */
function spawnServer({ files, binaries, settings }: Launch): Server {
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const output = openSync(files.log, 'a', 0o600)
  try {
    const child = spawn(binaries.postgres, ['-D', files.data, ...options], {
      ...(files.account ?? {}),
      cwd: files.home,
      env: environment,
      detached: true,
      stdio: ['ignore', output, output],
    })
    const ended = new Promise<void>((resolve) => {
      child.once('exit', () => resolve())
      child.once('error', (error) => {
        server.failure = toMessage(error)
        resolve()
      })
    })
    const server: Server = {
      pid: child.pid,
      failure: undefined,
      ended,
      isRunning: () => child.pid !== undefined && child.exitCode === null && child.signalCode === null,
      send: (signal) => void child.kill(signal),
    }
    return server
  } finally {
    closeSync(output)
  }
}

/** Rotates the log to `.old` above 5 MB and returns its size. */
export function boundLog(log: string): number {
  const size = statSync(log, { throwIfNoEntry: false })?.size ?? 0
  if (size <= maxLogBytes) return size
  try {
    copyFileSync(log, `${log}.old`)
  } catch {}
  try {
    truncateSync(log)
    return 0
  } catch {
    return size
  }
}
