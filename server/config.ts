import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { AppError } from './errors.ts'
import { listExchanges } from './exchanges.ts'

const roleNames = ['api', 'live', 'jobs', 'web'] as const
export type Role = (typeof roleNames)[number]

type Setting<T> = { fallback: string; about: string; parse: (text: string) => T }

class BadValue extends Error {}

const integer =
  (min: number, max: number) =>
  (text: string): number => {
    const value = Number(text)
    if (!Number.isInteger(value) || value < min || value > max)
      throw new BadValue(`must be a whole number from ${min} to ${max}`)
    return value
  }

const decimal =
  (min: number, max: number) =>
  (text: string): number => {
    const value = Number(text)
    if (!Number.isFinite(value) || value < min || value > max)
      throw new BadValue(`must be a number from ${min} to ${max}`)
    return value
  }

const oneOf =
  <const T extends string>(names: readonly T[]) =>
  (text: string): T => {
    const found = names.find((name) => name === text.trim().toLowerCase())
    if (found === undefined) throw new BadValue(`must be one of ${names.join(', ')}`)
    return found
  }

const list = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')

const listOf =
  <const T extends string>(names: readonly T[]) =>
  (text: string): T[] => {
    const parse = oneOf(names)
    return [...new Set(list(text).map(parse))]
  }

const url =
  (...protocols: string[]) =>
  (text: string): string | null => {
    if (text === '') return null
    const parsed = URL.parse(text)
    if (parsed === null || !protocols.includes(parsed.protocol))
      throw new BadValue(`must be a URL that begins with ${protocols.map((name) => `${name}//`).join(' or ')}`)
    return text.replace(/\/+$/, '')
  }

/** A proxy may be named without `http://`, as curl allows. */
const proxy = (text: string): string | null => url('http:', 'https:')(/^$|:\/\//.test(text) ? text : `http://${text}`)

const origins = (text: string): string[] =>
  list(text).map((part) => {
    const origin = URL.parse(part)?.origin
    if (origin === undefined || origin === 'null' || origin !== part.replace(/\/$/, ''))
      throw new BadValue(`must list origins such as https://example.org, and "${part}" is none`)
    return origin
  })

const leastSecretBytes = 32
const leastDistinctSigns = 10
const placeholder =
  /change.?me|change.?this|place.?holder|example|secret|password|insert|replace|default|generate|[<>]/i

/** Why a secret must not be used; undefined when it may. Never tells the secret. */
export function findWeakness(secret: string): string | undefined {
  if (Buffer.byteLength(secret) < leastSecretBytes) return `has less than ${leastSecretBytes} bytes`
  if (placeholder.test(secret)) return 'is a placeholder'
  if (new Set(secret).size < leastDistinctSigns) return 'repeats itself'
  return undefined
}

const secrets = (text: string): string[] =>
  list(text).map((secret, index) => {
    const weakness = findWeakness(secret)
    if (weakness !== undefined)
      throw new BadValue(
        `must hold random secrets, and number ${index + 1} ${weakness}: \`openssl rand -base64 48\` makes one`,
      )
    return secret
  })

const token = (text: string): string | null => (text === '' ? null : (secrets(text)[0] ?? null))

const hostNames = (text: string): string[] =>
  list(text).map((part) => {
    const name = part.toLowerCase()
    if (URL.parse(`http://${name}`)?.host !== name || name.includes(':'))
      throw new BadValue(`must list host names such as crypto.example.org, and "${part}" is none`)
    return name
  })

const addresses = (text: string): string[] =>
  list(text).map((part) => {
    const [address = '', bits, ...more] = part.split('/')
    const widest = isIP(address) === 6 ? 128 : 32
    if (
      isIP(address) === 0 ||
      more.length > 0 ||
      (bits !== undefined && !(/^\d{1,3}$/.test(bits) && Number(bits) <= widest))
    )
      throw new BadValue(`must list addresses or networks such as 10.0.0.0/8, and "${part}" is none`)
    return part
  })

const optional = (text: string): string | null => (text === '' ? null : text)

const directory = (text: string): string => {
  if (text === '') throw new BadValue('must name a folder')
  return resolve(text)
}

const someRoles = (text: string): Role[] => {
  const roles = listOf(roleNames)(text)
  if (roles.length === 0) throw new BadValue(`must name at least one of ${roleNames.join(', ')}`)
  return roles
}

const streamSources = (text: string): string[] => {
  const names = [...new Set(list(text).map((name) => name.toLowerCase()))]
  const unknown = names.filter((name) => name !== 'coincap' && !listExchanges().includes(name))
  if (unknown.length > 0)
    throw new BadValue(`must list feeds such as coincap, binance, coinbase, kraken, and ${unknown.join(', ')} is none`)
  return names
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
  REDIS_URL: setting('', url('redis:', 'rediss:'), 'A Redis server that joins several processes; empty: one process.'),
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
    (text) => text.split(/[\s,]+/).filter((part) => part !== ''),
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
      problems.push(`${name} ${error.message}${/KEY|URL|SECRET|TOKEN|PROXY/.test(name) ? '' : ` (it is "${text}")`}`)
      return [name, null]
    }
  })
  if (env.COINGECKO_DEMO_API_KEY?.trim() && env.COINGECKO_PRO_API_KEY?.trim())
    problems.push('COINGECKO_DEMO_API_KEY and COINGECKO_PRO_API_KEY exclude each other: set the one of your plan')
  const roles = listOf(roleNames)(problems.length > 0 ? 'api,web' : env.ROLES?.trim() || settings.ROLES.fallback)
  if (roles.includes('web') && !roles.includes('api')) problems.push('ROLES must name api where it names web')
  if (problems.length > 0)
    throw new AppError('bad_request', `The settings need a correction:\n${problems.map((p) => `  - ${p}`).join('\n')}`)
  return Object.fromEntries(entries) as Config
}
