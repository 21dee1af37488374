const here = 'http://here.invalid'
const dead: readonly string[] = ['/sign-in', '/register']

function toUrl(path: string): URL | null {
  try {
    return new URL(path, here)
  } catch {
    return null
  }
}

/**
 * Where to go after signing in: a path of this site with its query, whatever `next` says. Addresses of other sites, also
 * those that only look like paths (`//elsewhere`, `/\elsewhere`), lead to the dashboard, and so do the forms themselves.
 */
export function toReturnPath(next: string | null | undefined): string {
  if (next === null || next === undefined || !next.startsWith('/')) return '/'
  const url = toUrl(next)
  if (url === null || url.origin !== here || url.pathname.startsWith('//')) return '/'
  if (dead.includes(url.pathname) || url.pathname.startsWith('/api/')) return '/'
  return `${url.pathname}${url.search}${url.hash}`
}

/** The form that leads back to `path`. */
export const toSignIn = (path: string, form: '/sign-in' | '/register' = '/sign-in'): string =>
  path === '/' ? form : `${form}?next=${encodeURIComponent(path)}`
