import type { Currency } from '@contract/currencies.ts'
import { createContext, useContext } from 'react'
import { coinOfCurrency, type ShownCurrency, toOwnChange } from '../../contract/shown-currencies.ts'
import { formatAmount, formatExactPrice, formatPrice } from './format.ts'
import type { Window } from './live-figures.ts'
import { toCurrency } from './preferences.ts'

/** More digits of a converted amount are noise. */
const digits = 9

/**
 * Formats amounts in US dollars in the shown currency, at its rate of the newest snapshot. `id` names the coin of a price:
 * bitcoin in BTC is always 1.
 */
export class Money {
  readonly code: ShownCurrency
  readonly #rate: number
  readonly #changes: Record<Window, number | null>

  /** Without a rate it shows US dollars. */
  constructor(currency: Currency | null) {
    const rate = currency?.usd_rate ?? null
    this.code = rate === null ? 'usd' : toCurrency(currency?.code)
    this.#rate = rate ?? 1
    this.#changes = {
      '1h': currency?.usd_rate_change_1h_pct ?? null,
      '24h': currency?.usd_rate_change_24h_pct ?? null,
      '7d': currency?.usd_rate_change_7d_pct ?? null,
      '30d': currency?.usd_rate_change_30d_pct ?? null,
      '1y': currency?.usd_rate_change_1y_pct ?? null,
    }
  }

  convert(usd: number | null, id?: string): number | null {
    if (usd === null || this.code === 'usd') return usd
    return id !== undefined && coinOfCurrency[this.code] === id ? 1 : Number((usd / this.#rate).toPrecision(digits))
  }

  /** `€55,123.40` */
  price(usd: number | null, id?: string): string {
    return formatPrice(this.convert(usd, id), this.code)
  }

  /** With every digit. */
  exactPrice(usd: number | null, id?: string): string {
    return formatExactPrice(this.convert(usd, id), this.code)
  }

  /** `€1.21T` */
  amount(usd: number | null): string {
    return formatAmount(this.convert(usd), this.code)
  }

  /** Is the change over a window that of the currency? */
  hasOwnChange(window: Window): boolean {
    return this.code === 'usd' || this.#changes[window] !== null
  }

  /** A change of US dollars in percent as the change in the currency; unchanged where the rate before is unknown. */
  change(pct: number | null, window: Window, id?: string): number | null {
    if (pct === null || this.code === 'usd') return pct
    if (id !== undefined && coinOfCurrency[this.code] === id) return 0
    return toOwnChange(pct, this.#changes[window])
  }
}

/** `currency`: the one whose rate is shown; null in US dollars. */
type Shown = { money: Money; currency: Currency | null; setCurrency(code: ShownCurrency): void }

export const MoneyContext = createContext<Shown>({
  money: new Money(null),
  currency: null,
  setCurrency: () => undefined,
})

export const useMoney = (): Money => useContext(MoneyContext).money
