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

/** The environment of PostgreSQL's programs: no secrets, English messages. */
export const environment = { LC_ALL: 'C', TZ: 'UTC' } as unknown as NodeJS.ProcessEnv

/** Creates a cluster unless there is one. Throws, without changes, when it is of another version. */
export async function ensureCluster(files: EmbeddedFiles, binaries: Binaries, signal: AbortSignal): Promise<void> {
  const { data, home } = files
  if (!existsSync(data)) return createCluster(files, binaries, signal)
  const version = readFileSync(join(data, 'PG_VERSION'), 'utf8').trim()
  if (version !== binaries.major)
    throw new AppError(
      'unavailable',
      `${home} contains data of PostgreSQL ${version}, but this is version ${binaries.major}. Dump it with version ${version} or set DATA_DIR to another folder.`,
    )
}

/** Creates a cluster in a draft folder and renames it once it is complete and synced. */
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

/** Removes drafts of killed starts. An orphaned initdb may still write for a moment. */
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
  const output: string[] = []
  child.stderr.setEncoding('utf8').on('data', (text: string) => output.push(text))
  child.on('error', (error) => output.push(toMessage(error)))
  const code = await new Promise((resolve) => child.once('close', resolve))
  signal.throwIfAborted()
  if (code !== 0)
    throw toPostgresError(
      'PostgreSQL could not create its data folder',
      output.join('') || `exit code ${code}`,
      'set DATA_DIR to another folder or DATABASE_URL to a server',
    )
}
