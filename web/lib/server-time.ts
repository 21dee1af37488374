/** How far the server's clock is ahead of this one, in ms; null before the first response. */
let aheadMs: number | null = null

/** Learns the server's clock from the `Date` of a response. */
export function noteServerTime(response: Response): void {
  const at = Date.parse(response.headers.get('date') ?? '')
  if (Number.isFinite(at)) aheadMs = at - Date.now()
}

/** The server's time in ms since 1970, to a second, whatever the clock of the browser says. `ask` sends any request. */
export async function readServerTime(ask: () => Promise<unknown>): Promise<number> {
  if (aheadMs === null && typeof window !== 'undefined') await ask()
  return Date.now() + (aheadMs ?? 0)
}
