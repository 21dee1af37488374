import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

const pollMs = 20
const isLinux = process.platform === 'linux'
const gap = isLinux ? '\0' : ' '

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
 * Clears what an earlier server left in the data folder: ends one that outlived its owner and the sessions, titled
 * `clusterName`, of one that did not, and removes the pid file of one that is dead: its pid may now be a stranger's.
 */
export async function clearEarlierServer(data: string, clusterName: string): Promise<void> {
  const pid = Number(readPidFile(data)?.[0])
  const isRunning = () => isServerOf(data, readCommand(pid))
  if (pid > 1 && isRunning()) await endServer({ isRunning, send: (signal) => send(pid, signal) })
  for (const [session, command] of listCommands())
    if (command.startsWith(`postgres: ${clusterName}: `)) send(session, 'SIGQUIT')
  rmSync(join(data, 'postmaster.pid'), { force: true })
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {}
}

/** Is this the command line of a server of this data folder? */
function isServerOf(data: string, command: string): boolean {
  const program = command.slice(0, Math.max(0, command.indexOf(`${gap}-D${gap}${data}${gap}`)))
  return program.startsWith('/') && program.endsWith('/postgres') && !program.includes(`${gap}-`)
}

/** The command line of a process, which every account may read; empty when it has ended. */
function readCommand(pid: number): string {
  try {
    return isLinux ? readFileSync(`/proc/${pid}/cmdline`, 'utf8') : readPs('-p', String(pid)).trim()
  } catch {
    return ''
  }
}

function listCommands(): [number, string][] {
  if (isLinux) return readdirSync('/proc').map((name) => [Number(name), readCommand(Number(name))])
  const lines = readPs('-ax', '-o', 'pid=').split('\n')
  return lines.map((line) => [Number.parseInt(line, 10), line.trim().replace(/^\d+\s+/, '')])
}

const readPs = (...which: string[]): string =>
  execFileSync('ps', ['-ww', ...which, '-o', 'command='], { encoding: 'utf8' })
