import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Mode } from '../../contract/units.ts'
import { AppError } from '../errors.ts'
import { isSameProcess, markOf, type ProcessMark } from '../process.ts'
import type { Connection } from '../warehouse/db.ts'

/** One of several processes. `url` is its own address, with probes and metrics. Null: it is starting. */
export type MemberState = { name: string; pid: number | null; url: string | null; restarts: number }

/** The state of a running CryptoFlow, which other commands read from `<DATA_DIR>/cryptoflow.json`. */
export type ProcessState = ProcessMark & {
  started_at: string
  url: string
  mode: Mode
  connection: Connection
  /** The processes of `cryptoflow cluster`. */
  members?: MemberState[]
}

const fileOf = (dataDir: string): string => join(dataDir, 'cryptoflow.json')

export function writeState(dataDir: string, state: Omit<ProcessState, keyof ProcessMark | 'started_at'>): void {
  const { pid } = process
  const started_at = new Date(Date.now() - process.uptime() * 1000).toISOString()
  const full: ProcessState = { ...markOf(pid), started_at, ...state }
  mkdirSync(dataDir, { recursive: true })
  const draft = `${fileOf(dataDir)}.${pid}`
  writeFileSync(draft, `${JSON.stringify(full, null, 2)}\n`, { mode: 0o600 })
  renameSync(draft, fileOf(dataDir))
}

/** The CryptoFlow running on this data folder. Undefined: none. */
export function findProcess(dataDir: string): ProcessState | undefined {
  if (!existsSync(fileOf(dataDir))) return undefined
  try {
    const state = JSON.parse(readFileSync(fileOf(dataDir), 'utf8')) as ProcessState
    return isSameProcess(state) ? state : undefined
  } catch {
    return undefined
  }
}

/** Throws an `AppError` when a CryptoFlow runs on this data folder. */
export function requireStopped(dataDir: string): void {
  const running = findProcess(dataDir)
  if (running !== undefined)
    throw new AppError(
      'conflict',
      `CryptoFlow is already running at ${running.url} (pid ${running.pid}). Stop it with \`npx cryptoflow stop\`.`,
    )
}

/** Removes the state file, unless it belongs to another process. */
export function removeState(dataDir: string): void {
  if (findProcess(dataDir)?.pid === process.pid) rmSync(fileOf(dataDir), { force: true })
}
