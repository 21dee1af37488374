import { rmdirSync } from 'node:fs'
import { totalmem } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import { toMessage } from '../errors.ts'
import { type Binaries, placeBinaries } from './embedded/binaries.ts'
import { ensureCluster } from './embedded/cluster.ts'
import { beforeExit } from './embedded/exit.ts'
import { toEmbeddedError } from './embedded/failure.ts'
import { type EmbeddedFiles, placeFiles } from './embedded/files.ts'
import { takeOwnership } from './embedded/owner.ts'
import { endServer, readPidFile } from './embedded/postmaster.ts'
import { ensureDatabase } from './embedded/roles.ts'
import { boundLog, launchServer, type Server } from './embedded/server.ts'

const shortestPauseMs = 100
const longestPauseMs = 10_000
const steadyAfterMs = 60_000
const logCheckMs = 60_000

const megabyte = 1024 ** 2

/** A sixteenth of the memory, 128 to 512 MB: a year of 50 coins at 10 minutes takes 300 MB. */
const toBuffers = (memory: number): string => `${Math.round(Math.min(512, Math.max(128, memory / 16 / megabyte)))}MB`

/** A warehouse on a laptop: no network, a modest cache, no replicas, no compilation that costs more than its queries. */
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
   * For pg.Pool: the folder of the socket, which only the server's account may enter, and an ordinary role, which owns
   * the database.
   */
  connection: { host: string; port: number; user: string; database: string }
  /** Ends the server in order; resolves when it is gone, within 8 s. */
  stop(): Promise<void>
  /** Ends the server at once; the next start recovers what was committed. */
  kill(): void
}

export type EmbeddedOptions = {
  /** An absolute path. */
  dataDir: string
  log: EmbeddedLog
  /** More settings of PostgreSQL. */
  settings?: Record<string, string>
  /** Ends a start that is under way; the start then throws the reason. */
  signal?: AbortSignal
}

/**
 * Starts the built-in PostgreSQL on `<dataDir>` and keeps it running: first it recovers from whatever an earlier run
 * left behind, and it is started anew when it dies. Throws an `AppError` with PostgreSQL's own words.
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const { dataDir, signal } = options
  try {
    signal?.throwIfAborted()
    const files = placeFiles(dataDir)
    const supervisor = new Supervisor(files, options, takeOwnership(files.home))
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

  constructor(files: EmbeddedFiles, { log, settings }: EmbeddedOptions, release: () => void) {
    this.#files = files
    this.#log = log
    this.#release = release
    const sockets = `"${files.sockets.replaceAll('"', '""')}"`
    this.#settings = { ...defaults, cluster_name: files.name, unix_socket_directories: sockets, ...settings }
    this.connection = { host: files.sockets, port: 5432, user: 'cryptoflow', database: 'cryptoflow' }
    this.#logCheck = setInterval(() => boundLog(files.log), logCheckMs).unref()
    this.#disarm = beforeExit(() => this.#leave())
  }

  abandon = (): void => this.#ending.abort()

  async start(): Promise<void> {
    const { home, data, account } = this.#files
    const binaries = await placeBinaries(home, account)
    await ensureCluster(this.#files, binaries, this.#ending.signal)
    if (readPidFile(data) !== undefined)
      this.#log.warn({ data }, 'recovering from an earlier run that did not end in order')
    const server = await this.#launch(binaries)
    await ensureDatabase(this.connection)
    this.#log.info({ home }, 'the built-in PostgreSQL runs')
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

  /** The process ends without a stop: the server ends in order behind it. */
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

  /** Starts the server anew whenever it dies, after a pause that grows while it keeps dying. */
  async #watch(server: Server, binaries: Binaries): Promise<void> {
    const { signal } = this.#ending
    let current: Server | undefined = server
    for (let waitMs = shortestPauseMs; ; waitMs = Math.min(2 * waitMs, longestPauseMs)) {
      const since = Date.now()
      await current?.ended
      if (signal.aborted) return
      if (Date.now() - since > steadyAfterMs) waitMs = shortestPauseMs
      if (current !== undefined) this.#log.warn({ log: this.#files.log }, 'PostgreSQL has died and is started anew')
      try {
        await pause(waitMs, undefined, { signal })
        current = await this.#launch(binaries)
        this.#log.info({}, 'PostgreSQL is back')
      } catch (error) {
        if (signal.aborted) return
        current = undefined
        this.#log.warn({ error: toMessage(error) }, 'PostgreSQL did not start; it is tried again')
      }
    }
  }
}
