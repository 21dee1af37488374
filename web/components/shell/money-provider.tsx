import type { Currency } from '@contract/currencies.ts'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { type ReactNode, useMemo, useState } from 'react'
import { findCurrency } from '@/lib/api'
import { Money, MoneyContext } from '@/lib/money'
import { currencyCookie, savePreference, toCurrency } from '@/lib/preferences'
import type { ShownCurrency } from '../../../contract/shown-currencies'

/** The shown currency, with its rate of the newest snapshot. `start`: what the server rendered with; null: US dollars. */
export function MoneyProvider({ start, children }: { start: Currency | null; children: ReactNode }) {
  const [code, setCode] = useState(() => toCurrency(start?.code))
  const { data: currency = null } = useQuery({
    queryKey: ['currency', code],
    queryFn: () => findCurrency(code),
    enabled: code !== 'usd',
    placeholderData: keepPreviousData,
    ...(code === start?.code ? { initialData: start } : {}),
  })
  const shown = useMemo(() => {
    const setCurrency = (next: ShownCurrency) => {
      savePreference(currencyCookie, next)
      setCode(next)
    }
    const known = code === 'usd' ? null : currency
    return { money: new Money(known), currency: known, setCurrency }
  }, [code, currency])
  return <MoneyContext value={shown}>{children}</MoneyContext>
}
