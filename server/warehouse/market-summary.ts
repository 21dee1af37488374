import { type RawBuilder, sql } from 'kysely'
import type { MarketSummary } from '../../contract/market-figures.ts'
import { valueRange } from '../ranges.ts'
import { findAnalyticsInput } from './analytics-input.ts'
import type { Db } from './db.ts'
import { inRangeOrNull } from './in-range.ts'
import { addLogos } from './logos.ts'
import { isCurrent } from './overview.ts'

const maxCoins = 5

type Ranked = Omit<MarketSummary['most_volatile'][number], 'volatility'> & { pct: number }

/** Up to five tracked coins by a stored figure of a period, in percent. */
async function listBy(
  db: Db,
  { period, figure, where, order }: Record<'figure' | 'where' | 'order', RawBuilder<unknown>> & { period: number },
): Promise<Ranked[]> {
  const { rows } = await sql<Omit<Ranked, 'logo_url'> & { image_hash: string | null }>`
    select l.coin_id, l.coingecko_id, l.symbol, l.name, l.image_url, i.hash as image_hash, ${figure} * 100 as pct
    from analytics_volatility v join mv_latest_market_data l on l.coin_id = v.coin_id
      left join coin_image i on i.coin_id = v.coin_id
    where v.period_days = ${period} and ${isCurrent} and ${where} order by ${order}, l.coin_id limit ${maxCoins}`.execute(
    db,
  )
  return addLogos(rows)
}

/** The best, worst and most volatile coins of a period by the stored analytics, and the total market cap in USD. */
export async function getMarketSummary(db: Db, period: number): Promise<MarketSummary> {
  const [gain, deviation] = [sql`v.period_return`, sql`v.volatility`]
  const [total, input, best, worst, volatile] = await Promise.all([
    sql<{ cap: number | null }>`select sum(${inRangeOrNull('market_cap', valueRange)}) as cap
      from mv_latest_market_data where ${isCurrent}`.execute(db),
    findAnalyticsInput(db),
    listBy(db, { period, figure: gain, where: sql`${gain} > 0`, order: sql`${gain} desc` }),
    listBy(db, { period, figure: gain, where: sql`${gain} < 0`, order: gain }),
    listBy(db, { period, figure: deviation, where: sql`${deviation} is not null`, order: sql`${deviation} desc` }),
  ])
  return {
    period_days: period,
    as_of: input?.as_of ?? null,
    market_cap: total.rows[0]?.cap ?? null,
    top_performers: best.map(({ pct, ...coin }) => ({ ...coin, return_pct: pct })),
    top_losers: worst.map(({ pct, ...coin }) => ({ ...coin, return_pct: pct })),
    most_volatile: volatile.map(({ pct, ...coin }) => ({ ...coin, volatility: pct })),
  }
}
