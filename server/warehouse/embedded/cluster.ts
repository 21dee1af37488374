import { spawn } from 'node:child_process'
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { AppError, toMessage } from '../../errors.ts'
import type { Binaries } from './binaries.ts'
import { toPostgresError } from './failure.ts'
import { type Account, claimPrivate, type EmbeddedFiles } from './files.ts'
import { superuser } from './roles.ts'

const discardWithinMs = 2000
const pollMs = 20

/** All that PostgreSQL's programs get of the environment: none of our secrets, and messages in English. */
export const environment = { LC_ALL: 'C', TZ: 'UTC' } as unknown as NodeJS.ProcessEnv

/** Makes sure that there is a cluster of this version. Throws, and touches nothing, when there is something else. */
export async function ensureCluster(files: EmbeddedFiles, binaries: Binaries, signal: AbortSignal): Promise<void> {
  const { data, home } = files
  if (!existsSync(data)) return createCluster(files, binaries, signal)
  const version = readFileSync(join(data, 'PG_VERSION'), 'utf8').trim()
  if (version !== binaries.major)
    throw new AppError(
      'unavailable',
      `${home} holds data of PostgreSQL ${version} and this is ${binaries.major}: dump it with version ${version}, or set DATA_DIR to another folder`,
    )
}

/** Makes a cluster beside its place and moves it there when it is whole and on the disk. */
async function createCluster({ home, data, account }: EmbeddedFiles, { initdb }: Binaries, signal: AbortSignal) {
  await discardDrafts(home)
  const draft = mkdtempSync(join(home, 'draft-'))
  try {
    claimPrivate(draft, account)
    await runInitdb(draft, account, initdb, signal)
    renameSync(draft, data)
  } finally {
    rmSync(draft, { recursive: true, force: true, maxRetries: 5 })
  }
  const folder = openSync(home, 'r')
  fsyncSync(folder)
  closeSync(folder)
}

/** Removes what a killed start left. Its initdb may write for a moment yet, until it misses its folder and ends. */
async function discardDrafts(home: string): Promise<void> {
  const drafts = readdirSync(home).filter((name) => name.startsWith('draft-'))
  for (const draft of drafts.map((name) => join(home, name)))
    for (const deadline = Date.now() + discardWithinMs; existsSync(draft) && Date.now() < deadline; await pause(pollMs))
      try {
        rmSync(draft, { recursive: true, force: true })
      } catch {}
}

async function runInitdb(draft: string, account: Account, initdb: string, signal: AbortSignal): Promise<void> {
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
  const access = [`--username=${superuser}`, '--auth-local=trust', '--auth-host=reject']
  const child = spawn(initdb, ['-D', draft, ...access, ...locale, '--no-instructions'], {
    ...(account ?? {}),
    cwd: dirname(draft),
    env: environment,
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    signal,
  })
  const words: string[] = []
  child.stderr.setEncoding('utf8').on('data', (text: string) => words.push(text))
  child.on('error', (error) => words.push(toMessage(error)))
  const code = await new Promise((resolve) => child.once('close', resolve))
  signal.throwIfAborted()
  if (code !== 0)
    throw toPostgresError(
      'PostgreSQL could not make its data folder',
      words.join('') || `it ended with code ${code}`,
      'set DATA_DIR to another folder, or DATABASE_URL to a server',
    )
}
