import { rmdirSync } from 'node:fs'
import { totalmem } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import { toMessage } from '../errors.ts'
import { type Binaries, placeBinaries } from './embedded/binaries.ts'
import { ensureCluster } from './embedded/cluster.ts'
import { beforeExit } from './embedded/exit.ts'
import { toEmbeddedError } from './embedded/failure.ts'
import { type EmbeddedFiles, placeFiles } from './embedded/files.ts'
import { openPort } from './embedded/hba.ts'
import { lockDataFolder } from './embedded/owner.ts'
import { endServer, readPidFile } from './embedded/postmaster.ts'
import { ensureDatabase } from './embedded/roles.ts'
import { boundLog, launchServer, type Server } from './embedded/server.ts'

const minPauseMs = 100
const maxPauseMs = 10_000
const steadyAfterMs = 60_000
const logCheckMs = 60_000

const megabyte = 1024 ** 2

/** One sixteenth of the memory, 128 to 512 MB. A year of 50 coins every 10 minutes takes 300 MB. */
const toBuffers = (memory: number): string => `${Math.round(Math.min(512, Math.max(128, memory / 16 / megabyte)))}MB`

/** Settings for a warehouse on a laptop: no network, a small cache, no replicas, no JIT for short queries. */
const defaults: Record<string, string> = {
  listen_addresses: '',
  port: '5432',
  unix_socket_permissions: '0700',
  max_connections: '50',
  shared_buffers: toBuffers(totalmem()),
  io_method: 'sync',
  wal_level: 'minimal',
  max_wal_senders: '0',
  log_checkpoints: 'off',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
}

type EmbeddedLog = {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
}

export type EmbeddedPostgres = {
  /**
   * For pg.Pool: the private socket folder and the ordinary role that owns the database.
   */
  connection: { host: string; port: number; user: string; database: string }
  /** Shuts the server down within 8 s. */
  stop(): Promise<void>
  /** Stops the server immediately. The next start recovers committed data. */
  kill(): void
}

export type EmbeddedOptions = {
  /** An absolute path. */
  dataDir: string
  log: EmbeddedLog
  /** Additional PostgreSQL settings. */
  settings?: Record<string, string>
  /** TCP port on 127.0.0.1 for the role reader. Absent or null: none. */
  sqlPort?: number | null
  /** Aborts a start in progress, which then throws the reason. */
  signal?: AbortSignal
}

/**
 * Starts the built-in PostgreSQL on `dataDir` and keeps it running. Recovers from an unclean earlier run and restarts the
 * server when it dies. Throws an `AppError` with PostgreSQL's message.
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const { dataDir, signal } = options
  try {
    signal?.throwIfAborted()
    const files = placeFiles(dataDir)
    const supervisor = new Supervisor(files, options, lockDataFolder(files.home))
    signal?.addEventListener('abort', supervisor.abandon)
    try {
      await supervisor.start()
      return supervisor
    } catch (error) {
      await supervisor.stop()
      throw error
    } finally {
      signal?.removeEventListener('abort', supervisor.abandon)
    }
  } catch (error) {
    signal?.throwIfAborted()
    throw toEmbeddedError(error, dataDir)
  }
}

class Supervisor implements EmbeddedPostgres {
  readonly connection: EmbeddedPostgres['connection']
  readonly #files: EmbeddedFiles
  readonly #log: EmbeddedLog
  readonly #settings: Record<string, string>
  readonly #release: () => void
  readonly #ending = new AbortController()
  readonly #logCheck: NodeJS.Timeout
  readonly #disarm: () => void
  #server: Server | undefined
  #watching: Promise<void> = Promise.resolve()

  constructor(files: EmbeddedFiles, { log, settings, sqlPort = null }: EmbeddedOptions, release: () => void) {
    this.#files = files
    this.#log = log
    this.#release = release
    const sockets = `"${files.sockets.replaceAll('"', '""')}"`
    this.#settings = {
      ...defaults,
      cluster_name: files.name,
      unix_socket_directories: sockets,
      ...openPort(files, sqlPort),
    }
    Object.assign(this.#settings, settings)
    this.connection = { host: files.sockets, port: sqlPort ?? 5432, user: 'cryptoflow', database: 'cryptoflow' }
    this.#logCheck = setInterval(() => boundLog(files.log), logCheckMs).unref()
    this.#disarm = beforeExit(() => this.#leave())
  }

  abandon = (): void => this.#ending.abort()

  async start(): Promise<void> {
    const { home, data, account } = this.#files
    const binaries = await placeBinaries(home, account)
    await ensureCluster(this.#files, binaries, this.#ending.signal)
    if (readPidFile(data) !== undefined) this.#log.warn({ data }, 'recovering from an unclean shutdown')
    const server = await this.#launch(binaries)
    await ensureDatabase(this.connection)
    this.#log.info({ home }, 'built-in PostgreSQL started')
    this.#watching = this.#watch(server, binaries)
  }

  stop = async (): Promise<void> => {
    this.abandon()
    clearInterval(this.#logCheck)
    if (this.#server !== undefined) await endServer(this.#server)
    await this.#watching
    this.#disarm()
    try {
      rmdirSync(this.#files.sockets)
    } catch {}
    this.#release()
  }

  kill = (): void => {
    this.abandon()
    clearInterval(this.#logCheck)
    this.#server?.send('SIGQUIT')
    this.#disarm()
    this.#release()
  }

  /** On an exit without `stop`, lets the server shut down behind this process. */
  #leave(): void {
    this.abandon()
    this.#server?.send('SIGINT')
  }

  #launch(binaries: Binaries): Promise<Server> {
    const onSpawn = (server: Server) => {
      this.#server = server
    }
    return launchServer({ files: this.#files, binaries, settings: this.#settings, onSpawn }, this.#ending.signal)
  }

  /** Restarts the server whenever it dies, with growing pauses while it keeps dying. */
  async #watch(server: Server, binaries: Binaries): Promise<void> {
    const { signal } = this.#ending
    let current: Server | undefined = server
    for (let waitMs = minPauseMs; ; waitMs = Math.min(2 * waitMs, maxPauseMs)) {
      const since = Date.now()
      await current?.ended
      if (signal.aborted) return
      if (Date.now() - since > steadyAfterMs) waitMs = minPauseMs
      if (current !== undefined) this.#log.warn({ log: this.#files.log }, 'PostgreSQL died, restarting')
      try {
        await pause(waitMs, undefined, { signal })
        current = await this.#launch(binaries)
        this.#log.info({}, 'PostgreSQL restarted')
      } catch (error) {
        if (signal.aborted) return
        current = undefined
        this.#log.warn({ error: toMessage(error) }, 'PostgreSQL did not restart, retrying')
      }
    }
  }
}
