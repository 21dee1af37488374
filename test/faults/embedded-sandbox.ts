import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { createLog } from '../../server/log.ts'
import { type Db, openDb, openPool } from '../../server/warehouse/db.ts'
import { superuser } from '../../server/warehouse/embedded/roles.ts'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../server/warehouse/embedded.ts'
import { migrate } from '../../server/warehouse/migrate.ts'

const log = createLog({ pretty: false, level: 'silent' })
const childFile = fileURLToPath(new URL('embedded-child.ts', import.meta.url))

type Connection = EmbeddedPostgres['connection']
type StartOptions = { settings?: Record<string, string>; signal?: AbortSignal; dataDir?: string }

/** A process that owns the database of a folder. `failure`: why it could not start. */
export type Owner = { process: ChildProcess; connection: Connection; failure: string | undefined }

/** A folder for the servers of one test. Ends its processes and removes its files after the test. */
export class Sandbox {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'cryptoflow-fault-')))
  readonly dataDir = join(this.folder, 'live')
  readonly #servers: EmbeddedPostgres[] = []
  readonly #children: ChildProcess[] = []
  readonly #pools: pg.Pool[] = []

  constructor(t: TestContext) {
    chmodSync(this.folder, 0o711)
    t.after(() => this.#clear())
  }

  async start({ settings, dataDir = this.dataDir, ...rest }: StartOptions = {}): Promise<EmbeddedPostgres> {
    const server = await startEmbeddedPostgres({ dataDir, log, settings: { fsync: 'off', ...settings }, ...rest })
    this.#servers.push(server)
    return server
  }

  /** Opens a migrated warehouse until the end of the test. */
  async openWarehouse(connection: Connection): Promise<{ pool: pg.Pool; db: Db }> {
    const pool = openPool(connection, { log })
    this.#pools.push(pool)
    await migrate(pool, log)
    return { pool, db: openDb(pool) }
  }

  spawn(): ChildProcess {
    const child = spawn(process.execPath, [childFile, this.dataDir], { stdio: ['pipe', 'pipe', 'inherit'] })
    this.#children.push(child)
    return child
  }

  async startElsewhere(): Promise<Owner> {
    const child = this.spawn()
    if (child.stdout === null) throw new Error('The child process has no output')
    const [line] = await once(createInterface(child.stdout), 'line')
    const said = JSON.parse(line)
    return { process: child, connection: said, failure: said.failure }
  }

  track(child: ChildProcess): ChildProcess {
    this.#children.push(child)
    return child
  }

  async #clear(): Promise<void> {
    const note = join(this.dataDir, 'LOCATION')
    const homes = [this.folder, ...(existsSync(note) ? [readFileSync(note, 'utf8').trim()] : [])]
    for (const child of this.#children) child.kill('SIGKILL')
    await Promise.all(this.#pools.map((pool) => pool.end()))
    await Promise.all(this.#servers.map((server) => server.stop()))
    for (const home of homes) for (const pid of listServers(home)) process.kill(pid, 'SIGKILL')
    await waitUntil(() => homes.every((home) => listServers(home).length === 0))
    for (const home of homes) rmSync(home, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** The pids of `postgres` and `initdb` processes with a data folder in `home`. */
export const listServers = (home: string): number[] =>
  listCommands()
    .filter(([, command]) => /^\S*\/(postgres|initdb) /.test(command) && command.includes(` -D ${home}/`))
    .map(([pid]) => pid)

function listCommands(): [number, string][] {
  if (process.platform !== 'linux')
    return execFileSync('ps', ['-axww', '-o', 'pid=,command='], { encoding: 'utf8' })
      .split('\n')
      .map((line) => [Number.parseInt(line, 10), line.trim().replace(/^\d+ +/, '')])
  return readdirSync('/proc').flatMap((name): [number, string][] => {
    try {
      const command = readFileSync(`/proc/${Number(name)}/cmdline`, 'utf8')
      return [[Number(name), command.replaceAll('\0', ' ')]]
    } catch {
      return []
    }
  })
}

export async function waitUntil(holds: () => boolean | Promise<boolean>, withinMs = 10_000): Promise<void> {
  for (const deadline = Date.now() + withinMs; !(await holds()); await pause(10))
    if (Date.now() > deadline) throw new Error(`Timed out after ${withinMs} ms: ${holds}`)
}

export async function query<Row extends pg.QueryResultRow>(connection: Connection, text: string): Promise<Row[]> {
  const client = new pg.Client(connection)
  client.on('error', () => {})
  await client.connect()
  return client.query<Row>(text).then(
    ({ rows }) => client.end().then(() => rows),
    (error) => client.end().then(() => Promise.reject(error)),
  )
}

/** The same server with the superuser role. */
export const asSuperuser = (connection: Connection): Connection => ({ ...connection, user: superuser })

export const writeRow = async (connection: Connection): Promise<void> => {
  await query(connection, 'create table kept (id integer); insert into kept values (42)')
}

export const readRows = async (connection: Connection): Promise<number[]> =>
  (await query<{ id: number }>(connection, 'select id from kept')).map(({ id }) => id)

export async function getDataFolder(connection: Connection): Promise<string> {
  const [row] = await query<{ data_directory: string }>(asSuperuser(connection), 'show data_directory')
  if (row === undefined) throw new Error('The server returned no data_directory')
  return row.data_directory
}

/** The pid of the server of `data`. NaN: no server runs, for example between a crash and the restart. */
export function readServerPid(data: string): number {
  try {
    return Number.parseInt(readFileSync(join(data, 'postmaster.pid'), 'utf8'), 10)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return Number.NaN
  }
}
