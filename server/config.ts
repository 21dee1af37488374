import { AppError } from './errors.ts'
import { notificationSettings } from './notification-settings.ts'
import {
  addresses,
  BadValue,
  candleExchanges,
  decimal,
  directory,
  hostNames,
  integer,
  listOf,
  oneOf,
  optional,
  origins,
  proxy,
  redisPrefix,
  redisUrls,
  secrets,
  setting,
  streamSources,
  token,
  url,
  withPassword,
  words,
} from './setting-types.ts'

const roleNames = ['api', 'live', 'jobs', 'web'] as const
export type Role = (typeof roleNames)[number]

const nonEmptyRoles = (text: string): Role[] => {
  const roles = listOf(roleNames)(text)
  if (roles.length === 0) throw new BadValue(`must include at least one of ${roleNames.join(', ')}`)
  return roles
}

/** Every setting: environment variable, default, parser, description. */
export const settings = {
  PORT: setting('3000', integer(0, 65_535), 'Port of the web app and the API.'),
  HOST: setting('127.0.0.1', optional, 'Address to listen on. 0.0.0.0 opens it to the network.'),
  DATA_DIR: setting('./data', directory, 'Data folder of the built-in PostgreSQL.'),
  CRYPTOFLOW_MODE: setting(
    'auto',
    oneOf(['auto', 'live', 'demo']),
    'live: the real market. demo: a simulated market. auto: live if CoinGecko answers at startup.',
  ),
  TRACKED_COINS: setting('50', integer(1, 20_000), 'Number of coins to track, largest market cap first.'),
  DATABASE_URL: setting(
    '',
    url('postgres:', 'postgresql:'),
    'URL of a PostgreSQL server, version 15 or newer. Empty: the built-in one.',
  ),
  DATABASE_PASSWORD: setting('', optional, 'Password for DATABASE_URL, without URL escapes.'),
  DATABASE_READ_URL: setting(
    '',
    url('postgres:', 'postgresql:'),
    'URL of a streaming replica of DATABASE_URL, from which the API reads market data. Empty: it reads from DATABASE_URL.',
  ),
  SQL_PORT: setting(
    '0',
    integer(0, 65_535),
    'Port on 127.0.0.1 where the built-in PostgreSQL serves SQL tools, read-only (see `npx cryptoflow sql --show`). 0: none.',
  ),
  SQL_URL: setting(
    '',
    url('postgres:', 'postgresql:'),
    'URL of DATABASE_URL for the role reader, for the SQL console (see `npx cryptoflow sql --grants`). Empty: no console there.',
  ),
  REDIS_URL: setting(
    '',
    redisUrls,
    'URL of a Redis server that connects several processes, or comma-separated URLs of nodes of a Redis Cluster. rediss:// uses TLS. Empty: a single process.',
  ),
  REDIS_PASSWORD: setting('', optional, 'Password for REDIS_URL, without URL escapes.'),
  REDIS_SENTINEL: setting(
    '',
    optional,
    'Name of the primary that Redis Sentinels watch. REDIS_URL then lists the Sentinels, with the user and password of the primary.',
  ),
  REDIS_SENTINEL_PASSWORD: setting('', optional, 'Password of the Sentinels themselves. Empty: none.'),
  REDIS_PREFIX: setting(
    '',
    redisPrefix,
    'Prefix of keys and channels in Redis, for example prod:, to share one Redis with others.',
  ),
  ROLES: setting(
    'api,live,jobs,web',
    nonEmptyRoles,
    'Roles of this process, as described in docs/deployment.md. `npx cryptoflow cluster` sets them for each process.',
  ),
  COINGECKO_BASE_URL: setting('', url('http:', 'https:'), 'Base URL of CoinGecko. Empty: the URL of your plan.'),
  COINGECKO_DEMO_API_KEY: setting('', optional, 'CoinGecko demo key (free): 30 calls per minute.'),
  COINGECKO_PRO_API_KEY: setting('', optional, 'CoinGecko pro key (paid).'),
  COINGECKO_CALLS_PER_MINUTE: setting(
    '0',
    integer(0, 10_000),
    'CoinGecko calls per minute. 0: 5 without a key, 30 with a demo key, 250 with a pro key.',
  ),
  COINCAP_API_KEY: setting('', optional, 'CoinCap key. With it, live prices come from CoinCap.'),
  COINCAP_WS_URL: setting(
    '',
    url('ws:', 'wss:'),
    'URL of the CoinCap price stream. Empty: wss://wss.coincap.io/prices.',
  ),
  STREAM_SOURCES: setting(
    '',
    streamSources,
    'Live price sources in order: coincap or ccxt exchange ids. Empty: coincap (with a key), binance, coinbase, kraken.',
  ),
  EXCHANGE_CANDLES: setting(
    'binance,coinbase,kraken',
    candleExchanges,
    'Exchanges whose candles are fetched, as ccxt ids in order of preference. none: no exchange candles.',
  ),
  HTTPS_PROXY: setting(
    '',
    proxy,
    'Proxy for https:// and wss:// sources, such as http://proxy.example.org:3128. Empty: none.',
  ),
  HTTP_PROXY: setting('', proxy, 'Proxy for http:// and ws:// sources. Empty: none.'),
  NO_PROXY: setting(
    '',
    words,
    'Hosts, domains and networks to reach without a proxy, comma-separated. Loopback addresses never use one.',
  ),
  CORS_ORIGINS: setting('', origins, 'Web origins that may call the API. Empty: same origin only.'),
  AUTH_SECRETS: setting(
    '',
    secrets,
    'Secrets for hashing the emails and addresses that the login throttle counts, comma-separated. The first is used. Empty: DATA_DIR/auth-secrets, created at the first start.',
  ),
  API_ACCESS: setting(
    'open',
    oneOf(['open', 'keys']),
    'open: everyone may read market data. keys: only API keys and signed-in users may, in the API and the web app.',
  ),
  TRUSTED_PROXIES: setting(
    '',
    addresses,
    'Addresses or networks of trusted reverse proxies (X-Forwarded headers). Empty: none.',
  ),
  ALLOWED_HOSTS: setting(
    '',
    hostNames,
    'Host names of this server. Empty: loopback names on a loopback HOST, otherwise any name.',
  ),
  METRICS_TOKEN: setting(
    '',
    token,
    'Bearer token for /metrics. With it, only the token and administrators have access.',
  ),
  RATE_LIMIT_PER_MINUTE: setting('6000', integer(0, 10_000_000), 'Requests per minute and address. 0: no limit.'),
  RATE_LIMIT_COSTLY_PER_MINUTE: setting(
    '300',
    integer(0, 10_000_000),
    'Requests per minute and address to each expensive route. 0: no limit.',
  ),
  REQUEST_MAX_BODY_BYTES: setting('102400', integer(1024, 104_857_600), 'Maximum size of a request body.'),
  REQUEST_MAX_HEADER_BYTES: setting('16384', integer(1024, 1_048_576), 'Maximum size of request line and headers.'),
  REQUEST_HEADERS_SECONDS: setting('10', integer(1, 600), 'Timeout for receiving the headers of a request.'),
  REQUEST_SECONDS: setting('30', integer(1, 3600), 'Timeout for receiving a whole request.'),
  STOP_DELAY_SECONDS: setting(
    '0',
    integer(0, 14),
    'Seconds between a stop signal and the shutdown. Meanwhile /readyz returns 503 and requests are still served.',
  ),
  STREAM_MAX_CLIENTS: setting('10000', integer(0, 1_000_000), 'Concurrent clients of the price stream. 0: no limit.'),
  STREAM_MAX_CLIENTS_PER_IP: setting(
    '200',
    integer(0, 1_000_000),
    'Stream clients per address. 0: no limit, for example behind a proxy that hides addresses.',
  ),
  STREAM_MAX_MESSAGE_BYTES: setting(
    '16384',
    integer(128, 1_048_576),
    'Maximum size of a message from a stream client.',
  ),
  STREAM_MAX_MESSAGES_PER_SECOND: setting('20', integer(1, 10_000), 'Messages per second from a stream client.'),
  BACKFILL_DAYS: setting(
    '365',
    integer(1, 365),
    'Days of history to fetch. Up to 90 take two calls per coin instead of three, 1 takes one.',
  ),
  BACKFILL_COINS: setting('0', integer(0, 20_000), 'Number of coins to fetch history of, largest first. 0: all.'),
  RETAIN_RAW_DAYS: setting(
    '0',
    integer(0, 36_500),
    'Days to keep raw facts. Older months are dropped once their candles exist. 0: keep everything.',
  ),
  RETAIN_MINUTE_DAYS: setting(
    '7',
    integer(0, 36_500),
    'Days to keep 1-minute candles of the live stream. 0: keep everything.',
  ),
  CORRELATION_COINS: setting(
    '50',
    integer(2, 5000),
    'Number of coins to correlate, largest first. 5,000 coins take 60 million rows and several minutes per daily run.',
  ),
  RISK_FREE_RATE_PCT: setting(
    '0',
    decimal(-100, 100),
    'Annual risk-free rate in percent, for the Sharpe and Sortino ratios.',
  ),
  ...notificationSettings,
  LOG_LEVEL: setting('info', oneOf(['trace', 'debug', 'info', 'warn', 'error']), 'Minimum log level.'),
}

const secretNames = /KEY|SECRET|TOKEN|PASSWORD/
const addressNames = /URL|PROXY/

/** As with curl, proxy variables also exist in lower case, which takes precedence. */
const readText = (env: Environment, name: string): string =>
  (name.endsWith('_PROXY') ? env[name.toLowerCase()]?.trim() : undefined) || env[name]?.trim() || ''

type Environment = Record<string, string | undefined>
type Settings = typeof settings
export type Config = { [K in keyof Settings]: ReturnType<Settings[K]['parse']> }

/** Reads the settings. An empty value counts as unset. Throws an `AppError` that lists all problems without secrets. */
export function readConfig(env: Environment = process.env): Config {
  const problems: string[] = []
  const entries = Object.entries(settings).map(([name, { fallback, parse }]) => {
    const text = readText(env, name) || fallback
    try {
      return [name, parse(text)]
    } catch (error) {
      if (!(error instanceof BadValue)) throw error
      problems.push(
        `${name} ${error.message}${secretNames.test(name) || addressNames.test(name) ? '' : ` (got "${text}")`}`,
      )
      return [name, null]
    }
  })
  if (env.COINGECKO_DEMO_API_KEY?.trim() && env.COINGECKO_PRO_API_KEY?.trim())
    problems.push('Set COINGECKO_DEMO_API_KEY or COINGECKO_PRO_API_KEY, not both')
  const roles = listOf(roleNames)(problems.length > 0 ? 'api,web' : env.ROLES?.trim() || settings.ROLES.fallback)
  if (roles.includes('web') && !roles.includes('api')) problems.push('ROLES with web must include api')
  const config = Object.fromEntries(entries) as Config
  problems.push(...insertPasswords(config))
  if (config.DATABASE_READ_URL !== null && config.DATABASE_URL === null)
    problems.push('DATABASE_READ_URL needs DATABASE_URL, its primary')
  if (config.REDIS_SENTINEL === null && config.REDIS_SENTINEL_PASSWORD !== null)
    problems.push('REDIS_SENTINEL_PASSWORD needs REDIS_SENTINEL')
  if (config.REDIS_SENTINEL !== null && config.REDIS_URL?.length === 0)
    problems.push('REDIS_SENTINEL needs the URLs of the Sentinels in REDIS_URL')
  if ((config.SMTP_URL === null) !== (config.SMTP_FROM === null))
    problems.push('SMTP_URL and SMTP_FROM need each other')
  if (problems.length > 0)
    throw new AppError('bad_request', `Invalid settings:\n${problems.map((p) => `  - ${p}`).join('\n')}`)
  return config
}

/** Puts the separate passwords into the URLs. Returns the problems. */
function insertPasswords(config: Config): string[] {
  const { DATABASE_URL, DATABASE_READ_URL, DATABASE_PASSWORD, REDIS_URL, REDIS_PASSWORD } = config
  const database = withPassword(DATABASE_URL, DATABASE_PASSWORD)
  const nodes = (REDIS_URL ?? []).map((node) => withPassword(node, REDIS_PASSWORD))
  const hasNodes = REDIS_PASSWORD === null || nodes.length > 0
  if (database !== undefined) config.DATABASE_URL = database
  config.DATABASE_READ_URL = withPassword(DATABASE_READ_URL, DATABASE_PASSWORD) ?? DATABASE_READ_URL
  config.REDIS_URL = nodes.filter((node) => typeof node === 'string')
  const toProblem = (name: string) => `${name}_PASSWORD needs ${name}_URL, without another password in it`
  return [
    ...(database === undefined ? [toProblem('DATABASE')] : []),
    ...(nodes.includes(undefined) || !hasNodes ? [toProblem('REDIS')] : []),
  ]
}

/** The keys, tokens and passwords in the settings, for redaction. */
export function listSecrets(config: Config): string[] {
  return Object.entries(config).flatMap(([name, value]) => {
    if (secretNames.test(name))
      return [value]
        .flat()
        .filter((secret) => secret !== null)
        .map(String)
    const addresses = addressNames.test(name) ? [value].flat().map((address) => URL.parse(String(address))) : []
    return addresses.flatMap((address) =>
      address === null || address.password === '' ? [] : [address.password, decodeURIComponent(address.password)],
    )
  })
}
