import { readFileSync } from 'node:fs'

/** The start time of a process, which distinguishes it from a later one with the same pid. Null: not running. */
function findProcessBirth(pid: number): string | null {
  if (process.platform !== 'linux') return isRunning(pid) ? 'unknown' : null
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? null : (fields[19] ?? null)
  } catch {
    return null
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** A storable identity of a process. */
export type ProcessMark = { pid: number; birth: string | null }

export const markOf = (pid: number): ProcessMark => ({ pid, birth: findProcessBirth(pid) })

/** Is the marked process still running? */
export const isSameProcess = ({ pid, birth }: ProcessMark): boolean => {
  const now = findProcessBirth(pid)
  return now !== null && now === birth
}
