import type { HoldingsRisk, NewTargets, TargetList } from '../../../contract/portfolio-balance.ts'
import { toMinReturns } from '../../../contract/returns.ts'
import { dayMs, toUtcDay } from '../../../contract/time.ts'
import { AppError } from '../../errors.ts'
import { computeHoldingsRisk } from '../../portfolio/holdings-risk.ts'
import { listComparedCoins } from '../../warehouse/compared-coins.ts'
import { listDailyCloses } from '../../warehouse/daily-closes.ts'
import type { Db } from '../../warehouse/db.ts'
import { listCoinLabels } from '../../warehouse/portfolio-prices.ts'
import { listTargets, replaceTargets } from '../../warehouse/portfolio-targets.ts'
import { findBitcoin, type Ledger, toCoin } from './ledger.ts'
import { toSummary } from './summary.ts'

/** Sums of shares may miss 100 by rounding. */
const tolerance = 1e-6

export async function getTargets(db: Db, portfolioId: number): Promise<TargetList> {
  const targets = await listTargets(db, portfolioId)
  const labels = await listCoinLabels(
    db,
    targets.map(({ coin_id }) => coin_id),
  )
  return { items: targets.map(({ coin_id, weight_pct }) => ({ ...toCoin({ labels }, coin_id), weight_pct })) }
}

/** Replaces the targets. Throws `not_found` for unknown coins, `unprocessable` for two of one coin or over 100%. */
export async function saveTargets(db: Db, portfolioId: number, { items }: NewTargets): Promise<TargetList> {
  const coins =
    items.length === 0
      ? []
      : await listComparedCoins(
          db,
          items.map(({ coin_id }) => String(coin_id)),
        )
  if (coins.length < items.length) throw new AppError('unprocessable', 'items must name each coin once.')
  const total = items.reduce((sum, { weight_pct }) => sum + weight_pct, 0)
  if (total > 100 + tolerance)
    throw new AppError('unprocessable', `The targets must sum to at most 100% (got ${Number(total.toFixed(4))}%).`)
  const targets = coins.map(({ coin_id }, index) => ({ coin_id, weight_pct: items[index]?.weight_pct ?? 0 }))
  await replaceTargets(db, portfolioId, targets)
  return getTargets(db, portfolioId)
}

/** The risk of what a portfolio holds, over the closed days before today (UTC). */
export async function getHoldingsRisk(db: Db, ledger: Ledger, period_days: number): Promise<HoldingsRisk> {
  const held = toSummary(ledger).positions.flatMap(({ coin_id, weight_pct }) =>
    weight_pct === null || weight_pct <= 0 ? [] : [{ coin_id, weight: weight_pct }],
  )
  const bitcoin = await findBitcoin(db)
  const to = toUtcDay(ledger.now - dayMs)
  const from = toUtcDay(Date.parse(to) - (period_days - 1) * dayMs)
  const coinIds = [...held.map(({ coin_id }) => coin_id), bitcoin ?? 0]
  const series = await listDailyCloses(db, { coinIds, from, to })
  const market = series.at(-1)?.closes ?? new Float64Array()
  const { coins, ...figures } = computeHoldingsRisk(
    held.map(({ weight }, index) => ({ weight, closes: series[index]?.closes ?? new Float64Array() })),
    { market, minimum: toMinReturns(period_days) },
  )
  const isCovered = (_: unknown, index: number) => coins[index] !== null
  return {
    period_days,
    ...figures,
    covered_pct: held.filter(isCovered).reduce((sum, { weight }) => sum + weight, 0),
    positions: held.flatMap(({ coin_id }, index) => {
      const risk = coins[index]
      return risk == null ? [] : [{ ...toCoin(ledger, coin_id), ...risk }]
    }),
    left_out: held.filter((one, index) => !isCovered(one, index)).map(({ coin_id }) => toCoin(ledger, coin_id)),
  }
}
