import type { Db } from '../../warehouse/db.ts'
import { findPortfolio } from '../../warehouse/portfolios.ts'
import { loadLedger } from './ledger.ts'
import { toSummary } from './summary.ts'

/** The present value and total profit of a portfolio in US dollars; null when there is none, or a price is missing. */
export async function readPortfolioFigures(db: Db, id: number): Promise<{ value: number; profit: number } | null> {
  const portfolio = await findPortfolio(db, id)
  if (portfolio === null) return null
  const { totals, positions } = toSummary(await loadLedger(db, portfolio))
  if (positions.some(({ value_usd }) => value_usd === null)) return null
  return { value: totals.value_usd, profit: totals.profit_usd }
}
