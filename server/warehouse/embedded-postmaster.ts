import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

const pollMs = 20

/** A PostgreSQL server, whether it is our child or one that an earlier process left. */
export type Postmaster = { isRunning(): boolean; send(signal: NodeJS.Signals): void }

/** Ends a server: fast (open transactions roll back), then at once, then by force. Within 8 s. */
export async function endServer(server: Postmaster): Promise<void> {
  for (const [signal, ms] of [
    ['SIGINT', 5000],
    ['SIGQUIT', 2000],
    ['SIGKILL', 900],
  ] as const) {
    server.send(signal)
    for (const deadline = Date.now() + ms; Date.now() < deadline; await pause(pollMs)) if (!server.isRunning()) return
  }
}

/** The lines of `postmaster.pid`; undefined when there is none. */
export function readPidFile(data: string): string[] | undefined {
  try {
    return readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')
  } catch {
    return undefined
  }
}

/**
 * Clears what an earlier server left in the data folder: ends one that outlived its owner and the sessions of one that
 * did not, and removes the pid file of one that is dead, whose pid may now be a stranger's, which is left alone.
 */
export async function clearEarlierServer(data: string): Promise<'none' | 'stopped' | 'stale'> {
  const lines = readPidFile(data)
  const pid = Number(lines?.[0])
  const isServer = () => isServerOf(pid, data)
  const wasRunning = Number.isInteger(pid) && pid > 1 && isServer()
  if (wasRunning) await endServer({ isRunning: isServer, send: (signal) => send(pid, signal) })
  for (const session of listSessions(data)) send(session, 'SIGQUIT')
  if (lines === undefined) return 'none'
  rmSync(join(data, 'postmaster.pid'), { force: true })
  return wasRunning ? 'stopped' : 'stale'
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {}
}

/** Is this process a server of this data folder? Its command line, which any account may read, says so. */
function isServerOf(pid: number, data: string): boolean {
  try {
    if (process.platform !== 'linux') {
      const command = execFileSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' })
      return command.includes(`/postgres -D ${data} `)
    }
    const [program = '', ...args] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
    return basename(program) === 'postgres' && args[args.indexOf('-D') + 1] === data
  } catch {
    return false
  }
}

/** Sessions that a killed server left busy. Where the system does not tell, they end by themselves in time. */
function listSessions(data: string): number[] {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      try {
        return (
          pid > 0 &&
          readlinkSync(`/proc/${pid}/cwd`) === data &&
          readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith('postgres: ')
        )
      } catch {
        return false
      }
    })
}
