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
const longestSocketPath = 103
const socketName = '.s.PGSQL.5432'

/** The account that PostgreSQL runs as; null: our own. */
export type Account = { uid: number; gid: number } | null

/**
 * Where a built-in server lives: `home` is ours, `data` and `sockets` are its account's alone. No other home has the
 * same `name`.
 */
export type EmbeddedFiles = {
  account: Account
  name: string
  home: string
  data: string
  sockets: string
  log: string
}

/** May the account walk down to `path`, and enter or execute it? */
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
 * Finds or makes the places of the server under `dataDir`. PostgreSQL refuses to run as root, so root lends it an
 * account without rights; where that account cannot reach `dataDir`, its home is in a folder of the system, which
 * `<dataDir>/LOCATION` names. Data are never left behind for a new home.
 */
export function placeFiles(dataDir: string): EmbeddedFiles {
  if (process.platform === 'win32')
    throw new AppError('unavailable', 'The built-in PostgreSQL does not run on Windows: use WSL, or set DATABASE_URL')
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
      `Account ${account?.uid}, which owns the database in ${home}, can no longer reach it: let it pass the folders above (chmod o+x)`,
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
    `${note} names the folder of the database, and ${home} is none: bring it back, or remove ${note} to begin anew`,
  )
}

/** As root: the account of the data in `home`, or the first of `unprivileged` that this machine has. */
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
    `PostgreSQL does not run as root and there is no account ${unprivileged.join(', ')}: add one, or set DATABASE_URL`,
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
    `PostgreSQL runs as account ${account?.uid}, which can reach neither ${folder} nor any of ${systemFolders.join(', ')}: set DATA_DIR to a folder that it can, or start as an ordinary user`,
  )
}

/** The first folder of the system, made when missing, that is root's and within the account's reach. */
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

/** Lets the account, and nobody else, pass a folder of ours that is closed to its group. */
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
      `The database in ${home} belongs to account ${uid}: start as that account, or set DATA_DIR to another folder`,
    )
  grantEntry(home, account)
}

/** Makes `folder` one that only the account can enter; false when it is somebody else's, or open to others. */
export function claimPrivate(folder: string, account: Account): boolean {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const made = lstatSync(folder)
  const us = process.getuid?.()
  if (made.isDirectory() && made.uid === us && account !== null) lchownSync(folder, account.uid, account.gid)
  const { uid, mode } = lstatSync(folder)
  return made.isDirectory() && uid === (account?.uid ?? us) && (mode & 0o077) === 0
}

/** A socket's path has at most 107 bytes (103 on macOS), so that of a long one goes to a folder for temporary files. */
function placeSockets(home: string, name: string, account: Account): string {
  const folders = [join(home, 'sockets'), join(tmpdir(), name), join('/tmp', name)]
  const found = folders.find((folder) => {
    if (Buffer.byteLength(join(folder, socketName)) > longestSocketPath) return false
    try {
      return keepsItsEntries(dirname(folder)) && claimPrivate(folder, account) && canReach(folder, account)
    } catch {
      return false
    }
  })
  if (found !== undefined) return found
  throw new AppError(
    'unavailable',
    `No private folder for the socket can be made at any of ${folders.join(', ')}: set TMPDIR to a short folder that you can write to`,
  )
}

/** Can nobody else rename what lies in this folder? */
function keepsItsEntries(folder: string): boolean {
  const { mode } = statSync(folder)
  return (mode & 0o022) === 0 || (mode & 0o1000) !== 0
}
