import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { AppError } from '../errors.ts'

/** Attempts by `sslmode`, as in libpq. Other modes have one attempt. */
const attempts = { prefer: ['require', 'disable'], allow: ['disable', 'require'] } as const
const modes = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify'] as const
type Mode = (typeof modes)[number]

const defaultRoot = join(homedir(), '.postgresql', 'root.crt')

const wrong = (words: string): AppError => new AppError('bad_request', `Invalid DATABASE_URL: ${words}.`)

/** The TLS mode of a URL. Null: the URL uses pg's own parameter `ssl`. */
function findMode(url: URL): Mode | null {
  const named = url.searchParams.get('sslmode') ?? process.env.PGSSLMODE
  if (named === undefined && url.searchParams.has('ssl')) return null
  if (named === undefined) return isSocket(url) ? 'disable' : 'prefer'
  const mode = modes.find((name) => name === named)
  if (mode === undefined) throw wrong(`sslmode is "${named}" and must be one of ${modes.slice(0, 6).join(', ')}`)
  return mode
}

const isSocket = (url: URL): boolean =>
  (url.searchParams.get('host') ?? decodeURIComponent(url.hostname)).startsWith('/')

/** The URLs to try, in order. Text that is not a URL is returned unchanged. */
export function listTlsAttempts(text: string): string[] {
  const url = URL.parse(text)
  const mode = url === null ? null : findMode(url)
  if (url === null || mode === null) return [text]
  const order: readonly Mode[] = mode === 'prefer' || mode === 'allow' ? attempts[mode] : [mode]
  return order.map((one) => toLibpq(new URL(url), one).href)
}

/**
 * Translates a mode to libpq's behavior. `require` verifies only with a root certificate. `verify-ca` and `verify-full`
 * always verify. `verify-full` uses Node's CA certificates by default.
 */
function toLibpq(url: URL, mode: Mode): URL {
  const { searchParams } = url
  const named = searchParams.get('sslrootcert')
  const verifies = mode === 'verify-ca' || mode === 'verify-full'
  searchParams.delete('sslrootcert')
  searchParams.set('uselibpqcompat', 'true')
  searchParams.set('sslmode', mode === 'no-verify' ? 'require' : mode)
  if (mode === 'disable' || mode === 'no-verify') return url
  if (named === 'system') {
    searchParams.set('sslmode', 'verify-full')
    return url
  }
  const root = named ?? defaultRoot
  if (existsSync(root)) searchParams.set('sslrootcert', root)
  else if (verifies && named !== null) throw wrong(`the file of sslrootcert is missing (${named})`)
  else if (mode === 'verify-ca') throw wrong('sslmode=verify-ca needs sslrootcert, the file with the CA certificate')
  return url
}
