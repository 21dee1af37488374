import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Mode } from '../../contract/units.ts'
import { isSameProcess, markOf, type ProcessMark } from '../process.ts'
import type { Connection } from '../warehouse/db.ts'

/** The state of a running CryptoFlow, which other commands read from `<DATA_DIR>/cryptoflow.json`. */
export type ProcessState = ProcessMark & {
  started_at: string
  url: string
  mode: Mode
  connection: Connection
}

const fileOf = (dataDir: string): string => join(dataDir, 'cryptoflow.json')

export function writeState(dataDir: string, state: Omit<ProcessState, keyof ProcessMark | 'started_at'>): void {
  const { pid } = process
  const full: ProcessState = { ...markOf(pid), started_at: new Date().toISOString(), ...state }
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

/** Removes the state file, unless it belongs to another process. */
export function removeState(dataDir: string): void {
  if (findProcess(dataDir)?.pid === process.pid) rmSync(fileOf(dataDir), { force: true })
}
