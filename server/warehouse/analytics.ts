import { sql } from 'kysely'
import {
  analyticsPeriods,
  type CoinAnalytics,
  type CoinAnalyticsQuery,
  type CorrelationMatrix,
  type CorrelationQuery,
  type RiskFigures,
  type VolatilityQuery,
  type VolatilityRanking,
} from '../../contract/analytics.ts'
import type { CoinKind } from '../../contract/coins.ts'
import { explainNoGrowth, explainNotAnnualized } from '../../contract/returns.ts'
import { findAnalyticsInput } from './analytics-input.ts'
import type { Db } from './db.ts'
import { addLogos } from './logos.ts'
import { type RiskFigure, riskFigures } from './risk-figures.ts'

const maxCorrelated = 5

const figures = [
  'v.period_days',
  'v.observations',
  'v.as_of',
  ...riskFigures.map((name) => `v.${name}` as const),
] as const

type StoredFigures = Omit<RiskFigures, 'annualized_reason' | 'cagr_reason'>

/** Adds the reasons why figures are null. */
const explain = <T extends StoredFigures>(row: T) => ({
  ...row,
  annualized_reason: explainNotAnnualized(row.observations, row.period_days),
  cagr_reason: explainNoGrowth(row.observations, row.period_days),
})

const toEmptyFigures = (period_days: number): StoredFigures => ({
  period_days,
  observations: 0,
  as_of: null,
  ...(Object.fromEntries(riskFigures.map((name) => [name, null])) as Record<RiskFigure, null>),
})

const wrappedKinds: readonly CoinKind[] = ['wrapped', 'staked']

/** Query of the largest tracked coins with their risk over a period. */
const largest = (db: Db, { period_days, top_n, exclude_stablecoins, exclude_wrapped }: VolatilityQuery) =>
  db
    .selectFrom('analytics_volatility as v')
    .innerJoin('dim_coin as c', 'c.id', 'v.coin_id')
    .where('v.period_days', '=', period_days)
    .where('c.is_tracked', '=', true)
    .$if(exclude_stablecoins, (query) => query.where('c.kind', '<>', 'stablecoin'))
    .$if(exclude_wrapped, (query) => query.where('c.kind', 'not in', wrappedKinds))
    .orderBy('c.market_cap_rank', (o) => o.asc().nullsLast())
    .orderBy('c.id')
    .limit(top_n)

/** The tracked coins with their risk over a period, most volatile first, those with too little data last. */
export async function listVolatility(db: Db, query: VolatilityQuery): Promise<VolatilityRanking> {
  const rows = await db
    .selectFrom(
      largest(db, query)
        .select([
          'c.id as coin_id',
          'c.coingecko_id',
          'c.symbol',
          'c.name',
          'c.image_url',
          'c.kind',
          'c.market_cap_rank',
          ...figures,
        ])
        .as('v'),
    )
    .leftJoin('latest_market_data as l', 'l.coin_id', 'v.coin_id')
    .leftJoin('coin_image as i', 'i.coin_id', 'v.coin_id')
    .selectAll('v')
    .select([
      'l.market_cap',
      'i.hash as image_hash',
      sql<number | null>`case when v.volatility is not null
        then rank() over (order by v.volatility desc nulls last)::int end`.as('rank'),
    ])
    .orderBy('v.volatility', (o) => o.desc().nullsLast())
    .orderBy('v.market_cap_rank', (o) => o.asc().nullsLast())
    .orderBy('v.coin_id')
    .execute()
  return (await addLogos(rows)).map((row) => ({ ...explain(row), kind: row.kind as CoinKind }))
}

type Pair = { coin_a_id: number; coin_b_id: number; correlation: number | null; observations: number }

/** The correlation matrix of the largest coins over a period, in order of market cap. */
export async function getCorrelationMatrix(db: Db, query: CorrelationQuery): Promise<CorrelationMatrix> {
  const { period_days } = query
  const [coins, input] = await Promise.all([
    largest(db, query)
      .where('v.is_correlated', '=', true)
      .select(['c.id', 'c.coingecko_id', 'c.symbol', 'c.name', 'c.kind', 'v.observations'])
      .execute(),
    findAnalyticsInput(db),
  ])
  const ids = coins.map(({ id }) => id)
  const pairs = await db
    .selectFrom('analytics_correlation')
    .select(['coin_a_id', 'coin_b_id', 'correlation', 'observations'])
    .where('coin_a_id', 'in', [0, ...ids])
    .where('coin_b_id', 'in', [0, ...ids])
    .where('period_days', '=', period_days)
    .execute()
  return {
    coins: coins.map(({ symbol }) => symbol),
    ids,
    coingecko_ids: coins.map(({ coingecko_id }) => coingecko_id),
    names: coins.map(({ name }) => name),
    kinds: coins.map(({ kind }) => kind as CoinKind),
    ...toMatrix(coins, pairs),
    period_days,
    as_of: input?.as_of ?? null,
    computed_at: input?.computed_at ?? null,
  }
}

function toMatrix(coins: { id: number; observations: number }[], pairs: Pair[]) {
  const places = new Map(coins.map(({ id }, place) => [id, place]))
  const matrix = coins.map((_row, i) => coins.map((_column, j): number | null => (i === j ? 1 : null)))
  const observations = coins.map((row, i) => coins.map((_column, j) => (i === j ? row.observations : 0)))
  for (const { coin_a_id, coin_b_id, ...pair } of pairs) {
    const [i = -1, j = -1] = [places.get(coin_a_id), places.get(coin_b_id)]
    for (const [row, column] of [[i, j] as const, [j, i] as const]) {
      const [values, counts] = [matrix[row], observations[row]]
      if (values === undefined || counts === undefined) continue
      values[column] = pair.correlation
      counts[column] = pair.observations
    }
  }
  return { matrix, observations }
}

/** The risk of a coin over every period, and whether it is among the coins with pairwise correlations. */
export async function listPeriods(db: Db, coinId: number): Promise<{ periods: RiskFigures[]; is_correlated: boolean }> {
  const rows = await db
    .selectFrom('analytics_volatility as v')
    .select([...figures, 'v.is_correlated'])
    .where('v.coin_id', '=', coinId)
    .execute()
  const periods = analyticsPeriods.map((days): RiskFigures => {
    const { is_correlated: _, ...row } = rows.find((found) => found.period_days === days) ?? { is_correlated: false }
    return explain({ ...toEmptyFigures(days), ...row })
  })
  return { periods, is_correlated: rows.some(({ is_correlated }) => is_correlated) }
}

/**
 * The analytics of one coin. Correlations and top-level figures are over `period_days`. Stablecoins and forms of the same
 * asset are correlated only with `include_related`.
 */
export async function getCoinAnalytics(
  db: Db,
  coin: { coin_id: number; symbol: string; name: string },
  { period_days, include_related }: CoinAnalyticsQuery,
): Promise<CoinAnalytics> {
  const { coin_id: coinId } = coin
  const [{ periods, is_correlated }, input, others] = await Promise.all([
    listPeriods(db, coinId),
    findAnalyticsInput(db),
    listCorrelated(db, { coinId, period_days, include_related }),
  ])
  const most = Math.min(maxCorrelated, Math.ceil(others.length / 2))
  const least = Math.min(maxCorrelated, others.length - most)
  return {
    ...coin,
    ...(periods.find((row) => row.period_days === period_days) ?? explain(toEmptyFigures(period_days))),
    computed_at: input?.computed_at ?? null,
    is_correlated,
    periods,
    most_correlated: others.slice(0, most),
    least_correlated: others.slice(others.length - least).reverse(),
  }
}

/** The five most and the five least correlated tracked coins of a coin, highest correlation first. */
async function listCorrelated(
  db: Db,
  { coinId, period_days, include_related }: CoinAnalyticsQuery & { coinId: number },
): Promise<CoinAnalytics['most_correlated']> {
  const half = (own: 'coin_a_id' | 'coin_b_id', other: 'coin_a_id' | 'coin_b_id') =>
    sql`select ${sql.ref(other)} as coin_id, correlation, observations from analytics_correlation
      where ${sql.ref(own)} = ${coinId} and period_days = ${period_days} and correlation is not null`
  const isOther = include_related
    ? sql`true`
    : sql`c.kind = 'coin' and coalesce(c.underlying, c.coingecko_id) <> coalesce(own.underlying, own.coingecko_id)`
  type Row = Omit<CoinAnalytics['most_correlated'][number], 'logo_url'> & { image_hash: string | null }
  const { rows } = await sql<Row>`
    with pair as (${half('coin_a_id', 'coin_b_id')} union all ${half('coin_b_id', 'coin_a_id')}),
    ranked as (
      select p.*, c.coingecko_id, c.symbol, c.name, c.image_url, c.kind, c.kind = 'stablecoin' as is_stablecoin,
        row_number() over (order by p.correlation desc, p.coin_id) as from_top,
        row_number() over (order by p.correlation, p.coin_id desc) as from_bottom
      from pair p join dim_coin c on c.id = p.coin_id join dim_coin own on own.id = ${coinId}
      where c.is_tracked and ${isOther}
    )
    select r.coin_id, coingecko_id, symbol, name, r.image_url, i.hash as image_hash, kind, is_stablecoin, correlation,
      observations
    from ranked r left join coin_image i on i.coin_id = r.coin_id
    where from_top <= ${maxCorrelated} or from_bottom <= ${maxCorrelated} order by from_top`.execute(db)
  return addLogos(rows)
}
