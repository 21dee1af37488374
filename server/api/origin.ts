/** Is the origin that of the pages which this host serves? A default port may be named or not. */
export function isOwnOrigin(origin: string, host: string): boolean {
  const page = URL.parse(origin)
  return page !== null && page.host !== '' && page.host === URL.parse(`${page.protocol}//${host}`)?.host
}
