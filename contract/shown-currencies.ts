// Currencies without schemas: pages import them too.

/** The currencies that pages offer. */
export const shownCurrencies = ['usd', 'eur', 'gbp', 'jpy', 'btc', 'eth'] as const
export type ShownCurrency = (typeof shownCurrencies)[number]

/** The coins whose own price is the rate of a currency, instead of the exchange rates. */
export const coinOfCurrency: Readonly<Record<string, string>> = { btc: 'bitcoin', eth: 'ethereum' }

/**
 * A change of US dollars in percent as the change in a currency, whose US dollar rate changed by `usdChange` percent.
 * Unchanged where that is unknown.
 */
export function toOwnChange(pct: number | null, usdChange: number | null): number | null {
  if (pct === null || usdChange === null) return pct
  const own = ((1 + pct / 100) / (1 + usdChange / 100) - 1) * 100
  return Number.isFinite(own) ? own : null
}
