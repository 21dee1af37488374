/**
 * The price from which a change in percent led to `price`, both in USD: what a later price is compared with to give the
 * change over the same window. Null when either is unknown, and when no positive, finite price fits (a change of -100 % or less).
 */
export function toReferencePrice(price: number | null, pct: number | null): number | null {
  if (price === null || pct === null) return null
  const reference = price / (1 + pct / 100)
  return reference > 0 && Number.isFinite(reference) ? reference : null
}

type Changes = {
  price_usd: number | null
  price_change_1h_pct: number | null
  price_change_24h_pct: number | null
  price_change_7d_pct: number | null
}

/** The reference price of each window that a snapshot has a change for. USD. */
export const toReferencePrices = (snapshot: Changes) => ({
  reference_price_1h: toReferencePrice(snapshot.price_usd, snapshot.price_change_1h_pct),
  reference_price_24h: toReferencePrice(snapshot.price_usd, snapshot.price_change_24h_pct),
  reference_price_7d: toReferencePrice(snapshot.price_usd, snapshot.price_change_7d_pct),
})
