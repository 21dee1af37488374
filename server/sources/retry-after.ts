/** The delay of a Retry-After header (seconds or an HTTP date) in ms from `now`. Null if it is absent or invalid. */
export function toRetryAfterMs(header: string | null | undefined, now: number): number | null {
  const text = header?.trim() ?? ''
  if (/^\d+$/.test(text)) return Number(text) * 1000
  const ms = text.endsWith(' GMT') ? Date.parse(text) - now : Number.NaN
  return Number.isFinite(ms) ? Math.max(0, ms) : null
}
