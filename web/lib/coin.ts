/** Where a coin's name leads. */
export const coinHref = (coin: { coingecko_id: string }): string =>
  `/market?search=${encodeURIComponent(coin.coingecko_id)}`
