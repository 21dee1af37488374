/** URLs of coins, comparisons, runs, jobs and checks. */
export const coinHref = (coin: { coingecko_id: string }): string => `/coins/${encodeURIComponent(coin.coingecko_id)}`
/** The comparison of coins, by their CoinGecko ids. */
export const compareHref = (ids: readonly string[]): string => `/compare?coins=${ids.map(encodeURIComponent).join(',')}`
/** The form of a new alert for a coin. */
export const alertHref = (coin: { coingecko_id: string }): string =>
  `/alerts?coin=${encodeURIComponent(coin.coingecko_id)}`
export const runHref = (id: number): string => `/pipeline?run=${id}`
export const runPageHref = (id: number): string => `/pipeline/runs/${id}`
export const jobHref = (id: string): string => `/pipeline?job=${encodeURIComponent(id)}`
export const checkHref = (name: string): string => `/quality?check=${encodeURIComponent(name)}`

const placeholderOrigin = 'http://here.invalid'
const formPaths: readonly string[] = ['/sign-in', '/register', '/forgot-password', '/reset-password', '/verify-email']

function toUrl(path: string): URL | null {
  try {
    return new URL(path, placeholderOrigin)
  } catch {
    return null
  }
}

/**
 * The path to open after signing in, from an untrusted `next` parameter. Other origins, also written as a path
 * (`//elsewhere`, `/\elsewhere`), the API and the forms themselves give the dashboard.
 */
export function toReturnPath(next: string | null | undefined): string {
  if (next === null || next === undefined || !next.startsWith('/')) return '/'
  const url = toUrl(next)
  if (url === null || url.origin !== placeholderOrigin || url.pathname.startsWith('//')) return '/'
  if (formPaths.includes(url.pathname) || url.pathname.startsWith('/api/')) return '/'
  return `${url.pathname}${url.search}${url.hash}`
}

/** The sign-in or register form that returns to `path`. */
export const toSignIn = (path: string, form: '/sign-in' | '/register' = '/sign-in'): string =>
  path === '/' ? form : `${form}?next=${encodeURIComponent(path)}`

const loopback = /^(localhost|[\w-]+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/

/** Does the page send passwords unencrypted over a network? */
export const isUnencrypted = ({ protocol, hostname }: { protocol: string; hostname: string }): boolean =>
  protocol === 'http:' && !loopback.test(hostname)
