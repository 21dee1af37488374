import { execFileSync } from 'node:child_process'
import { linkSync, readFileSync, readlinkSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../errors.ts'
import { findProcessBirth, isSameProcess, markOf, type ProcessMark } from '../process.ts'

const pollMs = 20

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

const readLines = (path: string): string[] => {
  try {
    return readFileSync(path, 'utf8').split('\n')
  } catch {
    return []
  }
}

/** Has the server in this data folder written that it accepts connections? */
export const isReady = (data: string): boolean => readLines(join(data, 'postmaster.pid'))[7]?.trim() === 'ready'

/** Is this process a PostgreSQL server of this data folder? It works with that folder as its current one. */
function isServerOf(pid: number, data: string): boolean {
  try {
    if (process.platform === 'linux')
      return (
        readlinkSync(`/proc/${pid}/cwd`) === data && readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('postgres')
      )
    const command = execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' })
    return command.includes('postgres') && command.includes(data)
  } catch {
    return false
  }
}

export async function waitForEnd(pid: number, ms: number): Promise<boolean> {
  for (const deadline = Date.now() + ms; findProcessBirth(pid) !== null; await pause(pollMs))
    if (Date.now() > deadline) return false
  return true
}

const send = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(pid, signal)
  } catch {}
}

/** Ends a server: fast (open transactions roll back), then at once, then by force. Within 8 s. */
export async function endServer(pid: number): Promise<void> {
  for (const [signal, ms] of [
    ['SIGINT', 5000],
    ['SIGQUIT', 2000],
    ['SIGKILL', 1000],
  ] as const) {
    send(pid, signal)
    if (await waitForEnd(pid, ms)) return
  }
}

/**
 * Clears what an earlier server left in the data folder: ends one that outlived its owner, and removes the pid file
 * of one that is dead, or whose pid now belongs to a process of somebody else, which is left alone.
 */
export async function clearEarlierServer(data: string): Promise<'none' | 'stopped' | 'stale'> {
  const file = join(data, 'postmaster.pid')
  const lines = readLines(file)
  if (lines.length === 0) return 'none'
  const pid = Number(lines[0])
  const running = Number.isInteger(pid) && pid > 1 && isServerOf(pid, data)
  if (running) await endServer(pid)
  rmSync(file, { force: true })
  return running ? 'stopped' : 'stale'
}

/** Makes this process the only owner of a cluster, until the returned function is called. */
export function takeOwnership(cluster: string): () => void {
  const file = join(cluster, 'owner.json')
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, JSON.stringify(markOf(process.pid)))
  try {
    for (let tries = 0; !tryLink(draft, file); tries += 1) {
      const owner = findOwner(file)
      if (owner !== undefined || tries > 5)
        throw new AppError(
          'conflict',
          `Another CryptoFlow (pid ${owner?.pid ?? 'unknown'}) uses this data folder: stop it, or set DATA_DIR`,
        )
      renameSync(file, `${draft}.old`)
      rmSync(`${draft}.old`, { force: true })
    }
  } finally {
    rmSync(draft, { force: true })
  }
  return () => {
    if (findOwner(file)?.pid === process.pid) rmSync(file, { force: true })
  }
}

function tryLink(draft: string, file: string): boolean {
  try {
    linkSync(draft, file)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

function findOwner(file: string): ProcessMark | undefined {
  try {
    const mark = JSON.parse(readFileSync(file, 'utf8')) as ProcessMark
    return isSameProcess(mark) ? mark : undefined
  } catch {
    return undefined
  }
}
