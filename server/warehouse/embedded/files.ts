import { execFileSync } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { AppError } from '../../errors.ts'

const systemFolders = ['/var/lib/cryptoflow', '/srv/cryptoflow', '/opt/cryptoflow']
const unprivileged = ['postgres', '_postgres', 'nobody']
const maxSocketPathBytes = 103
const longestSocketName = '.s.PGSQL.65535'

/** The account that PostgreSQL runs as. Null: our own. */
export type Account = { uid: number; gid: number } | null

/** Files of a built-in server. `home` is ours, `data` and `sockets` are private to its account. `name` is unique per home. */
export type EmbeddedFiles = {
  account: Account
  name: string
  home: string
  data: string
  sockets: string
  log: string
}

/** Can the account traverse the folders to `path`, and enter or execute it? */
export function canReach(path: string, account: Account): boolean {
  if (account === null) return true
  for (let at = realpathSync(path); ; at = dirname(at)) {
    const { mode, uid, gid } = statSync(at)
    const bits = uid === account.uid ? mode >> 6 : gid === account.gid ? mode >> 3 : mode
    if ((bits & 1) === 0) return false
    if (at === dirname(at)) return true
  }
}

/**
 * Finds or creates the files of the server under `dataDir`. PostgreSQL refuses to run as root, so root runs it under an
 * unprivileged account. When that account can't reach `dataDir`, its home is a system folder named in
 * `<dataDir>/LOCATION`. Existing data never move.
 */
export function placeFiles(dataDir: string): EmbeddedFiles {
  if (process.platform === 'win32')
    throw new AppError('unavailable', 'The built-in PostgreSQL does not run on Windows. Use WSL or set DATABASE_URL.')
  mkdirSync(dataDir, { recursive: true })
  const folder = realpathSync(dataDir)
  const note = join(folder, 'LOCATION')
  const noted = existsSync(note) ? readNote(note) : undefined
  const account = findAccount(noted ?? join(folder, 'postgres'))
  const home = noted ?? placeHome(folder, account)
  claimHome(home, account)
  if (!canReach(home, account))
    throw new AppError(
      'unavailable',
      `Account ${account?.uid}, which owns the database in ${home}, can no longer reach it. Give it access to the parent folders (chmod o+x).`,
    )
  if (noted === undefined && dirname(home) !== folder) writeFileSync(note, `${home}\n`)
  const name = `cryptoflow-${createHash('sha256').update(home).digest('hex').slice(0, 16)}`
  const sockets = placeSockets(home, name, account)
  return { account, name, home, data: join(home, 'data'), sockets, log: join(home, 'postgres.log') }
}

function readNote(note: string): string {
  const home = readFileSync(note, 'utf8').trim()
  if (systemFolders.includes(dirname(home)) && existsSync(home)) return home
  throw new AppError(
    'unavailable',
    `The database folder ${home}, named in ${note}, is missing. Restore it, or remove ${note} to start with an empty database.`,
  )
}

/** As root: the owner of the data in `home`, or the first existing account of `unprivileged`. */
function findAccount(home: string): Account {
  if (process.getuid?.() !== 0) return null
  const owner = statSync(join(home, 'data'), { throwIfNoEntry: false })
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid }
  for (const name of unprivileged)
    try {
      const id = (option: string) => Number(execFileSync('id', [option, name], { stdio: ['ignore', 'pipe', 'ignore'] }))
      return { uid: id('-u'), gid: id('-g') }
    } catch {}
  throw new AppError(
    'unavailable',
    `PostgreSQL does not run as root, and there is no account ${unprivileged.join(', ')}. Add one or set DATABASE_URL.`,
  )
}

function placeHome(folder: string, account: Account): string {
  const inside = join(folder, 'postgres')
  grantEntry(folder, account)
  if (canReach(folder, account) || existsSync(join(inside, 'data'))) return inside
  const base = findSystemFolder(account)
  if (base !== undefined) return join(base, randomUUID())
  throw new AppError(
    'unavailable',
    `PostgreSQL runs as account ${account?.uid}, which can reach neither ${folder} nor any of ${systemFolders.join(', ')}. Set DATA_DIR to a folder it can reach, or start as an ordinary user.`,
  )
}

/** The first system folder that belongs to root and that the account can reach. Creates it when missing. */
export function findSystemFolder(account: Account): string | undefined {
  return systemFolders.find((folder) => {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o755 })
      grantEntry(folder, account)
      return statSync(folder).uid === 0 && canReach(folder, account)
    } catch {
      return false
    }
  })
}

/** Lets only the account traverse a folder of ours that is closed to groups. */
function grantEntry(folder: string, account: Account): void {
  const { mode, uid } = statSync(folder)
  if (account === null || uid !== process.getuid?.() || (mode & 0o071) !== 0) return
  chownSync(folder, uid, account.gid)
  chmodSync(folder, (mode & 0o7777) | 0o010)
}

function claimHome(home: string, account: Account): void {
  mkdirSync(home, { recursive: true, mode: 0o700 })
  const { uid } = lstatSync(home)
  if (uid !== process.getuid?.())
    throw new AppError(
      'unavailable',
      `The database in ${home} belongs to account ${uid}. Start as that account or set DATA_DIR to another folder.`,
    )
  grantEntry(home, account)
}

/** Creates a folder private to the account. False: it exists and is not private. */
export function claimPrivate(folder: string, account: Account): boolean {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const made = lstatSync(folder)
  const us = process.getuid?.()
  if (made.isDirectory() && made.uid === us && account !== null) lchownSync(folder, account.uid, account.gid)
  const { uid, mode } = lstatSync(folder)
  return made.isDirectory() && uid === (account?.uid ?? us) && (mode & 0o077) === 0
}

/** A socket path may have up to 107 bytes (103 on macOS). For longer paths the socket goes to a temporary folder. */
function placeSockets(home: string, name: string, account: Account): string {
  const folders = [join(home, 'sockets'), join(tmpdir(), name), join('/tmp', name)]
  const found = folders.find((folder) => {
    if (Buffer.byteLength(join(folder, longestSocketName)) > maxSocketPathBytes) return false
    try {
      return protectsEntries(dirname(folder)) && claimPrivate(folder, account) && canReach(folder, account)
    } catch {
      return false
    }
  })
  if (found !== undefined) return found
  throw new AppError(
    'unavailable',
    `Can't create a private folder for the socket at any of ${folders.join(', ')}. Set TMPDIR to a short, writable folder.`,
  )
}

/** Is it impossible for others to rename entries of this folder? */
function protectsEntries(folder: string): boolean {
  const { mode } = statSync(folder)
  return (mode & 0o022) === 0 || (mode & 0o1000) !== 0
}
