import type { PortfolioSummary } from '@contract/portfolios.ts'
import { useQuery } from '@tanstack/react-query'
import { createContext, useContext, useMemo } from 'react'
import { ApiError } from '@/lib/api'
import { Money, MoneyContext } from '@/lib/money'
import { fetchSummary } from '@/lib/portfolios'
import { toCurrency } from '@/lib/preferences'
import type { ShownCurrency } from '../../../contract/shown-currencies'

/** The currency of the figures, and US dollars per unit of it. */
type PortfolioCurrency = { code: ShownCurrency; usdRate: number }

const dollars: PortfolioCurrency = { code: 'usd', usdRate: 1 }

export const PortfolioCurrencyContext = createContext<PortfolioCurrency>(dollars)
export const usePortfolioCurrency = (): PortfolioCurrency => useContext(PortfolioCurrencyContext)

const toPortfolioCurrency = ({ currency }: PortfolioSummary): PortfolioCurrency =>
  currency === undefined ? dollars : { code: toCurrency(currency.code), usdRate: currency.usd_rate }

const everyMs = 60_000

const isRefusal = (error: Error | null): boolean => error instanceof ApiError && error.status === 422

/**
 * The summary in the reader's currency, or in US dollars where a day of a transaction has no rate: `refusal` says so.
 * `money` shows prices in the same currency.
 */
export function usePortfolioSummary(id: number) {
  const shown = useContext(MoneyContext)
  const toQuery = (code: ShownCurrency) => ({
    queryKey: ['portfolio', id, 'summary', code],
    queryFn: () => fetchSummary(id, code),
    refetchInterval: everyMs,
    retry: (count: number, error: Error) => count < 1 && !isRefusal(error),
  })
  const own = useQuery(toQuery(shown.money.code))
  const isRefused = shown.money.code !== 'usd' && isRefusal(own.error)
  const inDollars = useQuery({ ...toQuery('usd'), enabled: isRefused })
  const { data, error, refetch } = isRefused ? inDollars : own
  const currency = useMemo(() => (data === undefined ? dollars : toPortfolioCurrency(data)), [data])
  const money = useMemo(
    () => (isRefused ? { ...shown, money: new Money(null), currency: null } : shown),
    [isRefused, shown],
  )
  const code = shown.money.code.toUpperCase()
  const refusal = isRefused ? `Shown in US dollars: no ${code} rate is stored for the days of all transactions.` : null
  return { data, error, refetch, currency, money, refusal }
}
