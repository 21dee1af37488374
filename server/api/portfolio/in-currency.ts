import { defaultCurrency } from '../../../contract/currencies.ts'
import { dayMs, toUtcDay } from '../../../contract/time.ts'
import { AppError } from '../../errors.ts'
import type { Entry } from '../../portfolio/ledger.ts'
import { toMoney } from '../../portfolio/money.ts'
import { listUsdRates, resolveCurrency } from '../../warehouse/currencies.ts'
import type { Db } from '../../warehouse/db.ts'
import type { Ledger } from './ledger.ts'
import type { FindRate } from './prices.ts'

/** The times at which the figures of a ledger need a rate: its entries, the end of each day since, and now. */
function listMoments({ entries, now }: Ledger): number[] {
  const first = entries[0]?.at ?? now
  const moments = new Set([...entries.map(({ at }) => at), now])
  for (let end = Math.floor(first / dayMs) * dayMs + dayMs; end < now; end += dayMs) moments.add(end)
  return [...moments]
}

/**
 * A ledger in US dollars with each amount and price in another currency, at the rate of its time. Throws `unprocessable`
 * when that of a transaction, or of now, is unknown.
 */
export async function convertLedger(db: Db, ledger: Ledger, currency: string): Promise<Ledger> {
  const code = await resolveCurrency(db, currency)
  if (code === defaultCurrency) return ledger
  const moments = listMoments(ledger)
  const found = await listUsdRates(db, code, moments)
  const rates = new Map(moments.map((moment, index) => [moment, found[index]?.usd_rate ?? null]))
  const findRate: FindRate = (at) => rates.get(at) ?? null
  const getRate = (at: number): number => {
    const rate = findRate(at)
    if (rate !== null) return rate
    const day = at === ledger.now ? 'now' : toUtcDay(at)
    throw new AppError(
      'unprocessable',
      `No ${code} rate is stored for ${day}, which the figures need. Use vs_currency=usd.`,
    )
  }
  const convert = (entry: Entry): Entry => {
    const rate = toMoney(getRate(entry.at))
    const fee = entry.fee && { ...entry.fee, value: entry.fee.value.div(rate) }
    return { ...entry, value: entry.value.div(rate), fee }
  }
  return {
    ...ledger,
    entries: ledger.entries.map(convert),
    prices: ledger.prices.convert(findRate),
    currency: { code, usd_rate: getRate(ledger.now) },
  }
}

/** For responses: absent in US dollars. */
export const toCurrencyPart = ({ currency }: Ledger) => (currency === undefined ? {} : { currency })
