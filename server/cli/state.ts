import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Mode } from '../../contract/units.ts'
import type { Connection } from '../warehouse/db.ts'

/** What a running CryptoFlow tells the other commands about itself, in `<DATA_DIR>/cryptoflow.json`. */
export type ProcessState = {
  pid: number
  /** Tells our process from a later one with the same pid; null where the system does not say. */
  born: string | null
  started_at: string
  url: string
  mode: Mode
  connection: Connection
}

const fileOf = (dataDir: string): string => join(dataDir, 'cryptoflow.json')

/** When a process began, as the kernel counts; null when it is gone or the system does not say. */
function findBirth(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
  } catch {
    return null
  }
}

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

export function writeState(dataDir: string, state: Omit<ProcessState, 'pid' | 'born' | 'started_at'>): void {
  const { pid } = process
  const full: ProcessState = { pid, born: findBirth(pid), started_at: new Date().toISOString(), ...state }
  mkdirSync(dataDir, { recursive: true })
  const draft = `${fileOf(dataDir)}.${pid}`
  writeFileSync(draft, `${JSON.stringify(full, null, 2)}\n`, { mode: 0o600 })
  renameSync(draft, fileOf(dataDir))
}

/** The CryptoFlow that runs on this data folder; undefined when none does. */
export function findProcess(dataDir: string): ProcessState | undefined {
  if (!existsSync(fileOf(dataDir))) return undefined
  try {
    const state = JSON.parse(readFileSync(fileOf(dataDir), 'utf8')) as ProcessState
    const same = isRunning(state.pid) && (state.born === null || findBirth(state.pid) === state.born)
    return same ? state : undefined
  } catch {
    return undefined
  }
}

/** Forgets our own state; that of another process stays. */
export function removeState(dataDir: string): void {
  if (findProcess(dataDir)?.pid === process.pid) rmSync(fileOf(dataDir), { force: true })
}
