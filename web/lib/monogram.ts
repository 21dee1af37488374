/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193)
  return value >>> 0
}

/** The color of a coin without a logo, by its CoinGecko id. White text on it has a contrast of 5.5:1 or more. */
export const toMonogramColor = (coingeckoId: string): string => `oklch(0.5 0.11 ${hash(coingeckoId) % 360})`
