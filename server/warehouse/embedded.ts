import { type ChildProcess, spawn } from 'node:child_process'
import {
  chownSync,
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { AppError, toMessage } from '../errors.ts'
import { type EmbeddedFiles, placeFiles } from './embedded-files.ts'
import { clearEarlierServer, endServer, isReady, pause, takeOwnership } from './embedded-postmaster.ts'

const major = '18'
const startWithinMs = 60_000
const pollMs = 10
const maxLogBytes = 5 * 1024 * 1024
const longestRestartPauseMs = 10_000
const passingTrouble = /shared memory block|lock file .* already exists|starting up|shutting down/

const environment = { LC_ALL: 'C', TZ: 'UTC' } as unknown as NodeJS.ProcessEnv

/** A warehouse on a laptop: no network, a modest cache, and no compilation that costs more than its queries. */
const defaults: Record<string, string> = {
  listen_addresses: '',
  port: '5432',
  unix_socket_permissions: '0700',
  max_connections: '50',
  shared_buffers: '128MB',
  wal_level: 'minimal',
  max_wal_senders: '0',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
}

type EmbeddedLog = {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
}

export type EmbeddedPostgres = {
  /** For pg.Pool: the folder of the socket, which only the server's account may enter. */
  connection: { host: string; port: number; user: string; database: string }
  /** Ends the server in order; resolves when it is gone, within 8 s. */
  stop(): Promise<void>
  /** Ends the server at once; the next start recovers what was committed. */
  kill(): void
}

export type EmbeddedOptions = {
  dataDir: string
  log: EmbeddedLog
  /** More settings of PostgreSQL. */
  settings?: Record<string, string>
}

/**
 * Starts the built-in PostgreSQL on `<dataDir>` and keeps it running: first it recovers from whatever an earlier run
 * left behind, and it is started anew when it dies. Throws an `AppError` with PostgreSQL's own words.
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const files = placeFiles(options.dataDir)
  const release = takeOwnership(files.cluster)
  const supervisor = new Supervisor(files, options, release)
  try {
    await supervisor.start()
    await createDatabase(supervisor.connection)
    return supervisor
  } catch (error) {
    await supervisor.stop()
    throw error
  }
}

class Supervisor implements EmbeddedPostgres {
  readonly #files: EmbeddedFiles
  readonly #log: EmbeddedLog
  readonly #settings: Record<string, string>
  readonly #release: () => void
  #server: ChildProcess | undefined
  #stopping = false
  #restarting: Promise<void> = Promise.resolve()

  constructor(files: EmbeddedFiles, { log, settings }: EmbeddedOptions, release: () => void) {
    this.#files = files
    this.#log = log
    this.#release = release
    this.#settings = { ...defaults, unix_socket_directories: files.sockets, ...settings }
    process.once('exit', this.kill)
  }

  get connection(): EmbeddedPostgres['connection'] {
    return { host: this.#files.sockets, port: 5432, user: 'cryptoflow', database: 'cryptoflow' }
  }

  async start(): Promise<void> {
    const { data, cluster } = this.#files
    const earlier = existsSync(data) ? await clearEarlierServer(data) : 'none'
    if (earlier !== 'none')
      this.#log.warn({ earlier, data }, 'recovering from an earlier run that did not end in order')
    if (!existsSync(join(data, 'PG_VERSION'))) await initialise(this.#files)
    const version = readFileSync(join(data, 'PG_VERSION'), 'utf8').trim()
    if (version !== major)
      throw new AppError(
        'unavailable',
        `${cluster} holds data of PostgreSQL ${version} and this is ${major}: dump it with version ${version}, or set DATA_DIR to another folder`,
      )
    await this.#launch()
  }

  stop = async (): Promise<void> => {
    this.#stopping = true
    process.off('exit', this.kill)
    await this.#restarting
    if (this.#server?.pid !== undefined && this.#server.exitCode === null) await endServer(this.#server.pid)
    this.#release()
  }

  kill = (): void => {
    this.#stopping = true
    this.#server?.kill('SIGQUIT')
    this.#release()
  }

  /** Starts the server and waits until it accepts connections; trouble that an earlier server causes passes with time. */
  async #launch(): Promise<void> {
    for (const deadline = Date.now() + startWithinMs; ; await pause(100)) {
      const words = await this.#tryLaunch(deadline)
      if (words === undefined) return
      if (!passingTrouble.test(words) || Date.now() > deadline || this.#stopping)
        throw new AppError(
          'unavailable',
          `PostgreSQL does not start; its own words:\n${words}\nFolder: ${this.#files.cluster}`,
        )
      await clearEarlierServer(this.#files.data)
    }
  }

  /** Undefined when the server is ready, else its last words. */
  async #tryLaunch(deadline: number): Promise<string | undefined> {
    const { postgres, data, account, cluster } = this.#files
    const logFile = join(cluster, 'postgres.log')
    if (existsSync(logFile) && statSync(logFile).size > maxLogBytes) renameSync(logFile, `${logFile}.old`)
    const settings = Object.entries(this.#settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
    const output = openSync(logFile, 'a', 0o600)
    const wordsFrom = statSync(logFile).size
    const server = spawn(postgres, ['-D', data, ...settings], {
      ...(account ?? {}),
      cwd: cluster,
      env: environment,
      detached: true,
      stdio: ['ignore', output, output],
    })
    closeSync(output)
    let failure: string | undefined
    server.on('error', (error) => {
      failure = toMessage(error)
    })
    this.#server = server
    while (failure === undefined && server.exitCode === null && server.signalCode === null) {
      if (isReady(data)) {
        server.once('exit', () => this.#onDeath())
        return undefined
      }
      if (Date.now() > deadline) await endServer(server.pid ?? 0)
      await pause(pollMs)
    }
    const words = readFileSync(logFile).subarray(wordsFrom).toString().trim()
    return failure ?? (words.slice(-2000) || `it ended with code ${server.exitCode}`)
  }

  #onDeath(): void {
    if (this.#stopping) return
    this.#log.warn({ log: join(this.#files.cluster, 'postgres.log') }, 'PostgreSQL has died and is started anew')
    this.#restarting = this.#restart()
  }

  async #restart(): Promise<void> {
    for (let wait = 100; !this.#stopping; wait = Math.min(2 * wait, longestRestartPauseMs)) {
      try {
        await clearEarlierServer(this.#files.data)
        await this.#launch()
        this.#log.info({}, 'PostgreSQL is back')
        return
      } catch (error) {
        this.#log.warn({ error: toMessage(error), retry_ms: wait }, 'PostgreSQL did not start')
        await pause(wait)
      }
    }
  }
}

/** Makes a new cluster beside its place and moves it there when it is whole. */
async function initialise({ initdb, cluster, data, account }: EmbeddedFiles): Promise<void> {
  for (const name of readdirSync(cluster))
    if (name.startsWith('draft-')) rmSync(join(cluster, name), { recursive: true })
  rmSync(data, { recursive: true, force: true })
  const draft = join(cluster, `draft-${process.pid}`)
  const args = ['-D', draft, '-U', 'cryptoflow', '-A', 'trust', '--no-instructions', '--encoding=UTF8']
  const child = spawn(initdb, [...args, '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'], {
    ...(account ?? {}),
    cwd: cluster,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const words: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => words.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => words.push(chunk))
  const code = await new Promise<number | string | null>((resolve) => {
    child.on('error', (error) => resolve(toMessage(error)))
    child.on('close', resolve)
  })
  if (code !== 0) {
    const said = Buffer.concat(words).toString().trim().slice(-2000) || String(code)
    throw new AppError(
      'unavailable',
      `PostgreSQL could not make its data folder in ${cluster}; its own words:\n${said}`,
    )
  }
  if (account !== null) chownSync(draft, account.uid, account.gid)
  renameSync(draft, data)
}

async function createDatabase(connection: EmbeddedPostgres['connection']): Promise<void> {
  const client = new pg.Client({ ...connection, database: 'postgres' })
  await client.connect()
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [connection.database])
    if (rowCount === 0) await client.query(`create database ${connection.database}`)
  } finally {
    await client.end()
  }
}
