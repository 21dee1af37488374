/** Where a coin's name leads. */
export const coinHref = (coin: { coingecko_id: string }): string => `/coins/${encodeURIComponent(coin.coingecko_id)}`
