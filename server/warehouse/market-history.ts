import { type RawBuilder, sql } from 'kysely'
import type { MarketHistory } from '../../contract/market.ts'
import type { Dominance } from '../../contract/market-figures.ts'
import { valueRange } from '../ranges.ts'
import type { Db } from './db.ts'
import { inRangeOrNull } from './in-range.ts'

const minShare = 0.9
const maxGapSteps = 3
const maxDominant = 5

/** Distance of two totals. */
type Step = 'hour' | 'day'

type Point = MarketHistory['points'][number]

/**
 * Totals in USD of the tracked coins at each full hour of the last `days` up to the newest snapshot, all over the same
 * coins: those with a fact at least every 3 h from the first point on. An hour without a fact repeats the last one. The
 * first point is the earliest since which these coins hold 90% of today's market cap. With `step` day, the same at each
 * midnight, with a fact at least every 3 days.
 */
export async function getMarketHistory(
  db: Db,
  { days, step = 'hour' }: { days: number; step?: Step },
): Promise<MarketHistory> {
  const to = await findNewest(db, step)
  if (to === null) return { coins: 0, market_cap_share_pct: null, points: [] }
  const rows = await listTotals(db, { to, days, step })
  const last = rows.at(-1)
  const points = rows.map(({ coins: _, share: __, ...point }) => point)
  return { coins: last?.coins ?? 0, market_cap_share_pct: last?.share ?? null, points }
}

/** The newest full hour or midnight with a snapshot at or after it. */
async function findNewest(db: Db, step: Step): Promise<string | null> {
  const newest = await db
    .selectFrom('mv_latest_market_data')
    .select(sql<string | null>`date_trunc(${step}, max(timestamp), 'UTC')`.as('at'))
    .executeTakeFirst()
  return newest?.at ?? null
}

const widths: Record<Step, RawBuilder<unknown>> = { hour: sql`interval '1 hour'`, day: sql`interval '1 day'` }

/**
 * The relation `chosen`: the coins of the sums, in `known` with their share of today's market cap. `l` is a chosen coin, `f` a
 * fact of it, `hour` an hour (or a midnight) of the fact.
 */
const withChosen = (end: RawBuilder<unknown>, days: number, step: Step): RawBuilder<unknown> => sql`
    with fact as materialized (
      select coin_id, timestamp, market_cap, volume,
        coalesce(lead(timestamp) over (partition by coin_id order by timestamp), ${end} + ${widths[step]}) as until
      from fact_market_data
      where timestamp >= ${end} - make_interval(days => ${days}) and timestamp <= ${end}
        and timestamp = date_trunc(${step}, timestamp, 'UTC')
        and ${inRangeOrNull('market_cap', valueRange)} is not null and ${inRangeOrNull('volume', valueRange)} is not null
    ), coin as (
      select coin_id, coalesce(max(until) filter (where until > timestamp + ${maxGapSteps}::int * ${widths[step]}),
        min(timestamp)) as since
      from fact group by coin_id
    ), latest as (
      select coin_id, coingecko_id, kind, market_cap, market_cap / sum(market_cap) over () as share
      from mv_latest_market_data
      where stale_reason is distinct from 'missing' and ${inRangeOrNull('market_cap', valueRange)} is not null
    ), known as (
      select coin_id, coingecko_id, kind, since, share, sum(share) over (order by since) as reach from coin join latest using (coin_id)
    ), chosen as (
      select *, min(since) filter (where reach >= ${minShare}) over () as start from known
    )`

const eachStep = (step: Step) => sql`chosen l join fact f on f.coin_id = l.coin_id,
      lateral generate_series(greatest(f.timestamp, l.start), f.until - ${widths[step]}, ${widths[step]}) as hour`

async function listTotals(
  db: Db,
  { to, days, step }: { to: string; days: number; step: Step },
): Promise<(Point & { coins: number; share: number })[]> {
  const end = sql`${to}::timestamptz`
  const dominance = (id: string) =>
    sql`sum(f.market_cap) filter (where l.coingecko_id = ${id}) / sum(f.market_cap) * 100`
  const { rows } = await sql<Point & { coins: number; share: number }>`
    ${withChosen(end, days, step)}
    select hour as timestamp, sum(f.market_cap) as market_cap, sum(f.volume) as volume,
      ${dominance('bitcoin')} as btc_dominance, ${dominance('ethereum')} as eth_dominance,
      count(*)::int as coins, sum(l.share) * 100 as share
    from ${eachStep(step)}
    where l.since <= l.start group by hour order by hour`.execute(db)
  return rows
}

/**
 * Shares of the market cap at each full hour, over more than 7 days at each fourth, for the largest coins of the sums of
 * `getMarketHistory`, oldest first. Ends with the newest full hour.
 */
export async function listDominance(db: Db, { days }: { days: number }): Promise<Dominance> {
  const to = await findNewest(db, 'hour')
  if (to === null) return []
  const end = sql`${to}::timestamptz`
  const step = sql.lit(days > 7 ? 4 * 3600 : 3600)
  const { rows } = await sql<Dominance[number]>`
    ${withChosen(end, days, 'hour')}, hourly as (
      select hour, l.coin_id, l.kind, f.market_cap / sum(f.market_cap) over (partition by hour) * 100 as dominance
      from ${eachStep('hour')}
      where l.since <= l.start and mod(extract(epoch from ${end} - hour)::int, ${step}) = 0
    ), stable as (
      select hour, coalesce(sum(dominance) filter (where kind = 'stablecoin'), 0) as stablecoins from hourly group by hour
    ), dominant as (
      select c.coin_id, c.coingecko_id, upper(d.symbol) as symbol, d.name, c.share
      from chosen c join mv_latest_market_data d on d.coin_id = c.coin_id
      where c.since <= c.start order by c.share desc, c.coin_id limit ${maxDominant}
    )
    select h.hour as timestamp, greatest(0, 100 - sum(h.dominance)) as others, s.stablecoins,
      jsonb_agg(jsonb_build_object('coingecko_id', d.coingecko_id, 'symbol', d.symbol, 'name', d.name,
        'dominance', h.dominance) order by d.share desc, d.coin_id) as coins
    from hourly h join dominant d on d.coin_id = h.coin_id join stable s on s.hour = h.hour
    group by h.hour, s.stablecoins order by h.hour`.execute(db)
  return rows
}
