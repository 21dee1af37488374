import { AppError } from './errors.ts'
import {
  addresses,
  BadValue,
  decimal,
  directory,
  hostNames,
  integer,
  listOf,
  oneOf,
  optional,
  origins,
  proxy,
  secrets,
  streamSources,
  token,
  url,
  withPassword,
  words,
} from './setting-types.ts'

const roleNames = ['api', 'live', 'jobs', 'web'] as const
export type Role = (typeof roleNames)[number]

type Setting<T> = { fallback: string; about: string; parse: (text: string) => T }

const someRoles = (text: string): Role[] => {
  const roles = listOf(roleNames)(text)
  if (roles.length === 0) throw new BadValue(`must name at least one of ${roleNames.join(', ')}`)
  return roles
}

const setting = <T>(fallback: string, parse: (text: string) => T, about: string): Setting<T> => ({
  fallback,
  about,
  parse,
})

/** Every setting: its name in the environment, its default, how it is read, and what it is for. */
export const settings = {
  PORT: setting('3000', integer(0, 65_535), 'Port of the web app and the API.'),
  HOST: setting('127.0.0.1', optional, 'Address to listen on; 0.0.0.0 opens it to the network.'),
  DATA_DIR: setting('./data', directory, 'Where the built-in PostgreSQL keeps its data.'),
  CRYPTOFLOW_MODE: setting(
    'auto',
    oneOf(['auto', 'live', 'demo']),
    'live: the real market; demo: the simulated one; auto: live when CoinGecko answers at start.',
  ),
  TRACKED_COINS: setting('50', integer(1, 20_000), 'How many coins to track, largest market cap first.'),
  DATABASE_URL: setting(
    '',
    url('postgres:', 'postgresql:'),
    'A PostgreSQL server, 15 or newer; empty: the built-in one.',
  ),
  DATABASE_PASSWORD: setting(
    '',
    optional,
    'The password for DATABASE_URL, as it is: nothing in it needs to be escaped.',
  ),
  REDIS_URL: setting('', url('redis:', 'rediss:'), 'A Redis server that joins several processes; empty: one process.'),
  REDIS_PASSWORD: setting('', optional, 'The password for REDIS_URL, as it is.'),
  ROLES: setting('api,live,jobs,web', someRoles, 'What this process does.'),
  COINGECKO_BASE_URL: setting('', url('http:', 'https:'), "CoinGecko's address; empty: the one of your plan."),
  COINGECKO_DEMO_API_KEY: setting('', optional, 'A free CoinGecko key: 30 calls a minute.'),
  COINGECKO_PRO_API_KEY: setting('', optional, 'A paid CoinGecko key.'),
  COINGECKO_CALLS_PER_MINUTE: setting(
    '0',
    integer(0, 10_000),
    'Budget of CoinGecko calls; 0: 5 without a key, 30 with a demo key, 250 with a pro key.',
  ),
  COINCAP_API_KEY: setting('', optional, 'A CoinCap key: live prices come from CoinCap.'),
  COINCAP_WS_URL: setting('', url('ws:', 'wss:'), "CoinCap's price stream; empty: wss://wss.coincap.io/prices."),
  STREAM_SOURCES: setting(
    '',
    streamSources,
    'Live price feeds in order: coincap, or an exchange of ccxt; empty: coincap with a key, binance, coinbase, kraken.',
  ),
  HTTPS_PROXY: setting(
    '',
    proxy,
    'A proxy for sources at https:// and wss://, such as http://proxy.example.org:3128; empty: none.',
  ),
  HTTP_PROXY: setting('', proxy, 'A proxy for sources at http:// and ws://; empty: none.'),
  NO_PROXY: setting(
    '',
    words,
    'Hosts, domains and networks that are reached without a proxy, separated by commas; this machine always is.',
  ),
  CORS_ORIGINS: setting('', origins, 'Web origins that may call the API; empty: its own only.'),
  AUTH_SECRETS: setting(
    '',
    secrets,
    'Secrets that sign access tokens: the first signs, all verify; empty: DATA_DIR/auth-secrets, made at the first start.',
  ),
  TRUSTED_PROXIES: setting(
    '',
    addresses,
    'Addresses or networks of proxies whose X-Forwarded headers are believed; empty: none.',
  ),
  ALLOWED_HOSTS: setting(
    '',
    hostNames,
    'Names by which this server is reached; empty: any, or on a loopback HOST the names of this machine only.',
  ),
  METRICS_TOKEN: setting('', token, 'Opens /metrics, which is then closed to all else but administrators.'),
  RATE_LIMIT_PER_MINUTE: setting('6000', integer(0, 10_000_000), 'Requests of one address in a minute; 0: no limit.'),
  RATE_LIMIT_COSTLY_PER_MINUTE: setting(
    '300',
    integer(0, 10_000_000),
    'Requests of one address in a minute to each route that takes much work; 0: no limit.',
  ),
  REQUEST_MAX_BODY_BYTES: setting('102400', integer(1024, 104_857_600), 'Largest body of a request.'),
  REQUEST_MAX_HEADER_BYTES: setting('16384', integer(1024, 1_048_576), 'Largest address and headers of a request.'),
  REQUEST_HEADERS_SECONDS: setting('10', integer(1, 600), 'A connection whose headers take longer is cut.'),
  REQUEST_SECONDS: setting('30', integer(1, 3600), 'A request that takes longer to arrive is cut.'),
  STOP_DELAY_SECONDS: setting(
    '0',
    integer(0, 14),
    'How long it goes on serving, not ready, after it was told to stop: until a load balancer has seen it.',
  ),
  STREAM_MAX_CLIENTS: setting('10000', integer(0, 1_000_000), 'Readers of the price stream at once; 0: no limit.'),
  STREAM_MAX_CLIENTS_PER_IP: setting(
    '200',
    integer(0, 1_000_000),
    'Readers from one address; 0: no limit, for a proxy through which all come.',
  ),
  STREAM_MAX_MESSAGE_BYTES: setting('16384', integer(128, 1_048_576), 'Largest message that a reader may send.'),
  STREAM_MAX_MESSAGES_PER_SECOND: setting('20', integer(1, 10_000), 'Messages that a reader may send in a second.'),
  RETAIN_RAW_DAYS: setting(
    '0',
    integer(0, 36_500),
    'Months of raw facts older than so many days go once their candles exist; 0: everything is kept.',
  ),
  RETAIN_MINUTE_DAYS: setting(
    '7',
    integer(0, 36_500),
    'Minute bars of the live stream older than so many days go; 0: everything is kept.',
  ),
  CORRELATION_COINS: setting(
    '50',
    integer(2, 5000),
    'How many coins, largest first, are correlated with each other; 5,000 take 60 million rows and minutes a day.',
  ),
  RISK_FREE_RATE_PCT: setting(
    '0',
    decimal(-100, 100),
    'What a year brings without risk, in percent: for Sharpe and Sortino.',
  ),
  LOG_LEVEL: setting('info', oneOf(['trace', 'debug', 'info', 'warn', 'error']), 'Least level that is logged.'),
}

const secretNames = /KEY|SECRET|TOKEN|PASSWORD/
const addressNames = /URL|PROXY/

/** Proxies are also read by their names in lower case, which win, as with curl. */
const readText = (env: Environment, name: string): string =>
  (name.endsWith('_PROXY') ? env[name.toLowerCase()]?.trim() : undefined) || env[name]?.trim() || ''

type Environment = Record<string, string | undefined>
type Settings = typeof settings
export type Config = { [K in keyof Settings]: ReturnType<Settings[K]['parse']> }

/**
 * Reads the settings from `env`. An empty value counts as absent.
 * Throws one `AppError` that lists every problem at once, never a secret value.
 */
export function readConfig(env: Environment = process.env): Config {
  const problems: string[] = []
  const entries = Object.entries(settings).map(([name, { fallback, parse }]) => {
    const text = readText(env, name) || fallback
    try {
      return [name, parse(text)]
    } catch (error) {
      if (!(error instanceof BadValue)) throw error
      problems.push(
        `${name} ${error.message}${secretNames.test(name) || addressNames.test(name) ? '' : ` (it is "${text}")`}`,
      )
      return [name, null]
    }
  })
  if (env.COINGECKO_DEMO_API_KEY?.trim() && env.COINGECKO_PRO_API_KEY?.trim())
    problems.push('COINGECKO_DEMO_API_KEY and COINGECKO_PRO_API_KEY exclude each other: set the one of your plan')
  const roles = listOf(roleNames)(problems.length > 0 ? 'api,web' : env.ROLES?.trim() || settings.ROLES.fallback)
  if (roles.includes('web') && !roles.includes('api')) problems.push('ROLES must name api where it names web')
  const config = Object.fromEntries(entries) as Config
  for (const name of ['DATABASE', 'REDIS'] as const) {
    const joined = withPassword(config[`${name}_URL`], config[`${name}_PASSWORD`])
    if (joined === undefined) problems.push(`${name}_PASSWORD needs a ${name}_URL that holds no other password`)
    else config[`${name}_URL`] = joined
  }
  if (problems.length > 0)
    throw new AppError('bad_request', `The settings need a correction:\n${problems.map((p) => `  - ${p}`).join('\n')}`)
  return config
}

/** The keys, tokens and passwords in the settings: what no text of ours may hold. */
export function listSecrets(config: Config): string[] {
  return Object.entries(config).flatMap(([name, value]) => {
    if (secretNames.test(name))
      return [value]
        .flat()
        .filter((secret) => secret !== null)
        .map(String)
    const { password = '' } = (addressNames.test(name) && typeof value === 'string' && URL.parse(value)) || {}
    return password === '' ? [] : [password, decodeURIComponent(password)]
  })
}
