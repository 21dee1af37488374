import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

const pollMs = 20
const isLinux = process.platform === 'linux'
const gap = isLinux ? '\0' : ' '

/** A PostgreSQL server: our child process or one left by an earlier process. */
export type Postmaster = { isRunning(): boolean; send(signal: NodeJS.Signals): void }

/** Stops a server within 8 s: fast shutdown (rolls back transactions), then immediate, then kill. */
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

/** The lines of `postmaster.pid`. Undefined: no such file. */
export function readPidFile(data: string): string[] | undefined {
  try {
    return readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')
  } catch {
    return undefined
  }
}

/**
 * Clears the remains of an earlier server: stops one that outlived its owner, stops sessions (titled `clusterName`) that
 * outlived their server, and removes the pid file, whose pid another program may have by now.
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

/** The command line of a process. Empty: the process has ended. */
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
