import type { HoldingsRisk, NewTargets, TargetList } from '@contract/portfolio-balance.ts'
import type { ImportReport } from '@contract/portfolio-imports.ts'
import type { ImportFormat } from '@contract/portfolio-lists.ts'
import type { PortfolioPerformance } from '@contract/portfolio-performance.ts'
import type {
  NewPortfolio,
  Portfolio,
  PortfolioChange,
  PortfolioList,
  PortfolioSummary,
  ShareCreated,
  ShareList,
  Transaction,
  TransactionBody,
  TransactionList,
} from '@contract/portfolios.ts'
import { readAnswer } from './api'
import { authorizedFetch } from './session'

const root = '/api/v1/portfolios'

const send = async <T>(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<T> =>
  readAnswer<T>(
    await authorizedFetch(`${root}${path}`, {
      method,
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    }),
  )

const get = async <T>(path: string): Promise<T> => readAnswer<T>(await authorizedFetch(`${root}${path}`))

export const fetchPortfolios = (): Promise<PortfolioList> => get('')
export const createPortfolio = (body: NewPortfolio): Promise<Portfolio> => send('POST', '', body)
export const changePortfolio = (id: number, body: PortfolioChange): Promise<Portfolio> => send('PATCH', `/${id}`, body)
export const deletePortfolio = (id: number): Promise<void> => send('DELETE', `/${id}`)

/** In a currency at the rates of the days; an `ApiError` of status 422 where one is unknown. */
export const fetchSummary = (id: number, currency: string): Promise<PortfolioSummary> =>
  get(`/${id}/summary?vs_currency=${currency}`)

/** `days` null: since the first transaction. */
export const fetchPerformance = (id: number, days: number | null, currency: string): Promise<PortfolioPerformance> =>
  get(`/${id}/performance?benchmark=bitcoin&vs_currency=${currency}${days === null ? '' : `&days=${days}`}`)

export const fetchTransactions = (id: number, page: number): Promise<TransactionList> =>
  get(`/${id}/transactions?page=${page}&per_page=20`)

/** Adds a transaction, or replaces the one with an id. */
export const saveTransaction = (id: number, body: TransactionBody, replaced: number | null): Promise<Transaction> =>
  replaced === null ? send('POST', `/${id}/transactions`, body) : send('PUT', `/${id}/transactions/${replaced}`, body)

export const deleteTransaction = (id: number, transaction: number): Promise<void> =>
  send('DELETE', `/${id}/transactions/${transaction}`)

export const fetchTargets = (id: number): Promise<TargetList> => get(`/${id}/targets`)
export const saveTargets = (id: number, body: NewTargets): Promise<TargetList> => send('PUT', `/${id}/targets`, body)

export const fetchHoldingsRisk = (id: number, days: number): Promise<HoldingsRisk> =>
  get(`/${id}/risk?period_days=${days}`)

export const fetchShares = (id: number): Promise<ShareList> => get(`/${id}/shares`)
export const createShare = (id: number, hides_amounts: boolean): Promise<ShareCreated> =>
  send('POST', `/${id}/shares`, { hides_amounts })
export const revokeShare = (id: number, share: number): Promise<void> => send('DELETE', `/${id}/shares/${share}`)

export type ImportOptions = {
  /** Empty: found by the columns. */
  format: ImportFormat | ''
  /** Column by field. */
  mapping: Record<string, string>
  /** CoinGecko id by symbol. */
  coins: Record<string, string>
}

const importTimeoutMs = 120_000
const toPairs = (pairs: Record<string, string>): string =>
  Object.entries(pairs)
    .map(([name, value]) => `${name}:${value}`)
    .join()

/** Previews or imports a file. An import leaves refused lines out, which the preview has shown. */
export async function importTransactions(
  id: number,
  file: File,
  { format, mapping, coins, isPreview }: ImportOptions & { isPreview: boolean },
): Promise<ImportReport> {
  const kind = format === '' && file.name.endsWith('.json') ? 'ghostfolio' : format
  const query = new URLSearchParams({
    ...(kind === '' ? {} : { format: kind }),
    ...(Object.keys(mapping).length === 0 ? {} : { mapping: toPairs(mapping) }),
    ...(Object.keys(coins).length === 0 ? {} : { coins: toPairs(coins) }),
    skip_refused: 'true',
  })
  return readAnswer(
    await authorizedFetch(`${root}/${id}/import${isPreview ? '/preview' : ''}?${query}`, {
      method: 'POST',
      headers: { 'content-type': 'text/csv' },
      body: file,
      signal: AbortSignal.timeout(importTimeoutMs),
    }),
  )
}
