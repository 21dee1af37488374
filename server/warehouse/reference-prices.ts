/**
 * The price in USD that a change in percent started from, to compute the change of a later price. Null when either value is
 * unknown or the result is not positive and finite (a change of -100% or less).
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
  price_change_30d_pct: number | null
  price_change_1y_pct: number | null
}

/** The reference prices of the changes, in USD. */
export const toReferencePrices = (snapshot: Changes) => ({
  reference_price_1h: toReferencePrice(snapshot.price_usd, snapshot.price_change_1h_pct),
  reference_price_24h: toReferencePrice(snapshot.price_usd, snapshot.price_change_24h_pct),
  reference_price_7d: toReferencePrice(snapshot.price_usd, snapshot.price_change_7d_pct),
  reference_price_30d: toReferencePrice(snapshot.price_usd, snapshot.price_change_30d_pct),
  reference_price_1y: toReferencePrice(snapshot.price_usd, snapshot.price_change_1y_pct),
})
