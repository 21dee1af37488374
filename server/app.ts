import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import type { Mode } from '../contract/units.ts'
import { type Simulator, startSimulator } from '../simulator/simulator.ts'
import { Accounts } from './accounts/accounts.ts'
import { loadSecrets } from './accounts/secrets.ts'
import { toAllowedHosts } from './api/hosts.ts'
import { openPages } from './api/pages.ts'
import { createServer } from './api/server.ts'
import { systemClock } from './clock.ts'
import type { Config, Role } from './config.ts'
import { AppError, SourceError, type SourceErrorKind, toMessage } from './errors.ts'
import type { AttemptOptions } from './jobs/attempt.ts'
import type { JobDeps } from './jobs/job.ts'
import { openRequests } from './jobs/requests.ts'
import { createRunner } from './jobs/runner.ts'
import { openStream, produceStream, type Stream } from './live/stream.ts'
import type { Log } from './log.ts'
import type { Proxies } from './outbound.ts'
import { type CoingeckoSource, createCoingecko, pageSize } from './sources/coingecko.ts'
import type { Feed } from './sources/feed.ts'
import { openFeed } from './sources/open-feed.ts'
import type { Tick } from './sources/source.ts'
import { SourceClock } from './sources/source-clock.ts'
import type { Connection } from './warehouse/db.ts'
import { findRememberedMode, openWarehouse, type Warehouse } from './warehouse/open.ts'

const probeMs = 2500
const leastLeaveMs = 250
const answered: readonly SourceErrorKind[] = ['rate_limited', 'bad_key', 'plan', 'bad_request']
const longestFetchMinutes = 8
const demoCallsPerMinute = 6000
const keylessExchanges = ['binance', 'coinbase', 'kraken']

/** Names a step of the start, so that whoever waits can be told of it. */
export type Step = <T>(name: string, work: () => Promise<T>) => Promise<T>

/** Who watches a start: the log, the steps, and how far long jobs are. */
export type Terminal = { log: Log; step: Step; onProgress?: AttemptOptions['onProgress'] }

export type App = {
  url: string
  mode: Mode
  connection: Connection
  /** Stops everything in order. */
  stop(): Promise<void>
  /** Ends what must not outlive this process, at once. */
  kill(): void
}

/** The upstreams of a mode; in demo they are the simulator in this process. */
export type Upstreams = {
  market: CoingeckoSource
  openFeed(onTicks: (ticks: Tick[]) => void): Feed
  /** The time by their clocks. */
  clock: SourceClock
  close(): Promise<void>
}

/** Enough coins that the tracked ones all have a price: some of the market is dead or not yet born. */
const toSimulatedCount = (tracked: number): number => Math.min(20_000, Math.max(250, Math.ceil(tracked * 1.2)))

const toProxies = ({ HTTPS_PROXY, HTTP_PROXY, NO_PROXY }: Config): Proxies => ({
  https: HTTPS_PROXY,
  http: HTTP_PROXY,
  except: NO_PROXY,
})

export const createMarket = (
  config: Config,
  simulator: Simulator | null,
  sourceClock: SourceClock = new SourceClock(systemClock),
): CoingeckoSource =>
  createCoingecko({
    sourceClock,
    clock: systemClock,
    baseUrl: simulator?.baseUrl ?? config.COINGECKO_BASE_URL,
    demoKey: simulator === null ? config.COINGECKO_DEMO_API_KEY : null,
    proKey: simulator === null ? config.COINGECKO_PRO_API_KEY : null,
    callsPerMinute: simulator === null ? config.COINGECKO_CALLS_PER_MINUTE : demoCallsPerMinute,
    proxies: toProxies(config),
  })

/** CoinCap needs a key, or an address of its own; the exchanges need nothing. */
export const toFeedNames = ({ STREAM_SOURCES, COINCAP_API_KEY, COINCAP_WS_URL }: Config): string[] => {
  if (STREAM_SOURCES.length > 0) return STREAM_SOURCES
  const hasCoincap = COINCAP_API_KEY !== null || COINCAP_WS_URL !== null
  return [...(hasCoincap ? ['coincap'] : []), ...keylessExchanges]
}

export async function openUpstreams(config: Config, { mode, log }: { mode: Mode; log: Log }): Promise<Upstreams> {
  const simulator = mode === 'demo' ? await startSimulator({ coins: toSimulatedCount(config.TRACKED_COINS) }) : null
  const settings =
    simulator === null
      ? { names: toFeedNames(config), coincap: { url: config.COINCAP_WS_URL, apiKey: config.COINCAP_API_KEY } }
      : { names: ['coincap'], coincap: { url: simulator.wsUrl, apiKey: null } }
  const clock = new SourceClock(systemClock)
  return {
    clock,
    market: createMarket(config, simulator, clock),
    openFeed: (onTicks) => openFeed({ ...settings, clock, log, proxies: toProxies(config) }, onTicks),
    close: async () => simulator?.close(),
  }
}

/**
 * The mode to run in. `auto` keeps to live data where there is some and to what
 * the database remembers, else asks CoinGecko: live when it answers
 * within 2.5 s, be it with a refusal of the key or of so many calls, otherwise demo.
 */
export async function resolveMode(config: Config, log: Log): Promise<Mode> {
  if (config.CRYPTOFLOW_MODE !== 'auto') return config.CRYPTOFLOW_MODE
  if (config.DATABASE_URL === null && existsSync(join(config.DATA_DIR, 'live'))) return 'live'
  const remembered = config.DATABASE_URL === null ? undefined : await findRememberedMode(config.DATABASE_URL, log)
  if (remembered !== undefined) return remembered
  return createMarket(config, null)
    .ping(AbortSignal.timeout(probeMs))
    .then(
      (): Mode => 'live',
      (error): Mode => (error instanceof SourceError && answered.includes(error.kind) ? 'live' : 'demo'),
    )
}

export const toJobDeps = (config: Config, { db, pool }: Warehouse, market: CoingeckoSource): JobDeps => ({
  db,
  pool,
  market,
  clock: systemClock,
  trackedCoins: config.TRACKED_COINS,
  retainRawDays: config.RETAIN_RAW_DAYS,
  correlationCoins: config.CORRELATION_COINS,
  riskFreeRate: config.RISK_FREE_RATE_PCT / 100,
})

/** Starts the roles of this process: warehouse, upstreams, jobs, stream, API and web app, in that order. */
export async function startApp(config: Config, { log, step, onProgress }: Terminal): Promise<App> {
  const has = (role: Role) => config.ROLES.includes(role)
  const mode = await step('Looking for CoinGecko', () => resolveMode(config, log))
  const warehouse = await step('Opening the warehouse', () =>
    openWarehouse({ connection: config.DATABASE_URL, dataDir: config.DATA_DIR, mode, log }),
  )
  const closers: (() => Promise<void>)[] = [warehouse.close]
  const leaving = { stopping: false }
  const stop = async () => {
    leaving.stopping = true
    for (const close of closers.splice(0).reverse()) await close()
  }
  try {
    const { db } = warehouse
    const upstreams = await openUpstreams(config, { mode, log })
    closers.push(upstreams.close)
    const secrets = has('api') ? loadSecrets({ given: config.AUTH_SECRETS, dataDir: config.DATA_DIR }) : null
    const accounts = secrets && new Accounts({ db, clock: systemClock, secrets })
    const requests = openRequests(warehouse.connection, log)
    closers.push(requests.close)
    const { bus, hub } =
      has('api') || has('live')
        ? await openStream({ redisUrl: config.REDIS_URL, clock: upstreams.clock, log })
        : { bus: null, hub: null }
    if (bus !== null) closers.push(bus.close)
    const pages = has('web') ? await step('Opening the web app', openPages) : null
    if (pages !== null) closers.push(pages.close)
    let stream: Stream | null = null
    const server = await createServer({
      db,
      acceptsConnections: warehouse.acceptsConnections,
      mode,
      log,
      corsOrigins: config.CORS_ORIGINS,
      trustedProxies: config.TRUSTED_PROXIES,
      allowedHosts: toAllowedHosts({ named: config.ALLOWED_HOSTS, bind: config.HOST }),
      requestLimits: {
        bodyBytes: config.REQUEST_MAX_BODY_BYTES,
        headerBytes: config.REQUEST_MAX_HEADER_BYTES,
        headersWithinMs: config.REQUEST_HEADERS_SECONDS * 1000,
        requestWithinMs: Math.max(config.REQUEST_SECONDS, config.REQUEST_HEADERS_SECONDS) * 1000,
      },
      rateLimits: {
        requestsPerMinute: config.RATE_LIMIT_PER_MINUTE,
        costlyPerMinute: config.RATE_LIMIT_COSTLY_PER_MINUTE,
      },
      metricsToken: config.METRICS_TOKEN,
      streamLimits: {
        clients: config.STREAM_MAX_CLIENTS,
        clientsPerAddress: config.STREAM_MAX_CLIENTS_PER_IP,
        messageBytes: config.STREAM_MAX_MESSAGE_BYTES,
        messagesPerSecond: config.STREAM_MAX_MESSAGES_PER_SECOND,
      },
      api: has('api'),
      accounts,
      requestRun: requests.request,
      hub,
      readClock: () => upstreams.clock.report(),
      produced: has('live') ? () => stream?.report() ?? null : null,
      pages: pages?.handle ?? null,
      isStopping: () => leaving.stopping,
    })
    let stopJobs = async () => {}
    closers.push(async () => void (await Promise.all([server.close(), stopJobs()])))
    const url = await listen(server, config)
    process.env.API_URL = url
    if (hub !== null) {
      hub.start()
      closers.push(async () => hub.stop())
    }
    if (bus !== null && has('live')) {
      const { openFeed, clock } = upstreams
      const options = { clock, log, retainMinuteDays: config.RETAIN_MINUTE_DAYS }
      stream = produceStream({ bus, warehouse, openFeed, ...options })
      closers.push(stream.stop)
    }
    if (has('jobs')) {
      const { market } = upstreams
      warnOfBudget(config, market, log)
      const jobs = { ...toJobDeps(config, warehouse, market), log, onProgress }
      const runner = createRunner({ ...jobs, connection: warehouse.connection })
      stopJobs = runner.stop
      await step('Starting the jobs', runner.start)
    }
    if (has('api')) closers.push(() => leave(config.STOP_DELAY_SECONDS))
    return { url, mode, connection: warehouse.connection, stop, kill: warehouse.kill }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Goes on serving for a while: connections that are kept open are told to close, and a proxy sees that we are not ready. */
const leave = (delaySeconds: number): Promise<void> => setTimeout(Math.max(delaySeconds * 1000, leastLeaveMs))

function warnOfBudget({ TRACKED_COINS }: Config, { callsPerMinute }: CoingeckoSource, log: Log): void {
  const calls = Math.ceil(TRACKED_COINS / pageSize)
  if (calls / callsPerMinute > longestFetchMinutes)
    log.warn(
      { calls, callsPerMinute },
      'CoinGecko allows too few calls for so many coins: set a key, or fewer TRACKED_COINS',
    )
}

async function listen(server: FastifyInstance, { PORT, HOST }: Config): Promise<string> {
  try {
    await server.listen({ port: PORT, host: HOST ?? '127.0.0.1' })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : ''
    const reason = code === 'EADDRINUSE' ? 'another program uses it' : toMessage(error)
    throw new AppError('conflict', `Port ${PORT} on ${HOST} cannot be opened (${reason}): set PORT to a free one`)
  }
  const address = server.server.address()
  return toUrl(HOST, typeof address === 'object' && address !== null ? address.port : PORT)
}

const everyAddress = ['0.0.0.0', '::', null]

const toUrl = (host: string | null, port: number): string => {
  const name = everyAddress.includes(host) ? '127.0.0.1' : (host ?? '')
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`
}
