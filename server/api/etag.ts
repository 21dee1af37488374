import { type BinaryLike, createHash } from 'node:crypto'

/** The tag of a response with this body. */
export const toEtag = (body: BinaryLike): string => `"${createHash('sha1').update(body).digest('base64url')}"`

/**
 * Does If-None-Match, a list of tags or `*`, contain the current tag? Uses weak comparison (RFC 9110, section 13.1.2),
 * because compressing proxies make tags weak.
 */
export function isKnown(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false
  if (header.trim() === '*') return true
  const tags: readonly string[] = header.match(/"[^"]*"/g) ?? []
  return tags.includes(etag)
}
