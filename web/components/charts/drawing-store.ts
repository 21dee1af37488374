const toKey = (coin: string): string => `cryptoflow_drawings_${coin}`

/** The stored drawings of a coin as JSON; null without any, or where storage is blocked. */
export function readDrawings(coin: string): string | null {
  try {
    return localStorage.getItem(toKey(coin))
  } catch {
    return null
  }
}

export const hasDrawings = (coin: string): boolean => readDrawings(coin) !== null

/** Keeps the drawings of a coin on this device; where storage is blocked or full they last until the page is left. */
export function writeDrawings(coin: string, drawings: readonly unknown[]): void {
  try {
    if (drawings.length === 0) localStorage.removeItem(toKey(coin))
    else localStorage.setItem(toKey(coin), JSON.stringify(drawings))
  } catch {
    // Blocked or full.
  }
}
