import type { CurrencyType } from '../contract/currencies.ts'

/** A currency and what 1 BTC is worth in it. */
export type ExchangeRate = { code: string; name: string; unit: string; type: CurrencyType; units_per_btc: number }
