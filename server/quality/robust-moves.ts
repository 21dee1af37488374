import { type RawBuilder, sql } from 'kysely'
import { ago, days, hours, type Scope, within } from './check.ts'

const span = hours(1)
const readSpan = hours(1) + 10
const referenceSpan = days(14)
const tick = '10 minutes'
const minMove = 0.1
const minZ = 12
/** Standard deviation of a normal distribution divided by its median absolute deviation. */
const madToSigma = 1.4826
const minMoves = 36
/** Smaller coins move by 10% all the time. */
const largest = 1000
/** How many moves per tick and sign are compared with their coin's 14 days. Only a move of the whole market has more. */
const maxCandidates = 100

/** Anomalous moves in one direction at one tick are market-wide above this share of coins, in %. */
export const marketMovePct = 60

const moves = (scope: Scope, minutes: number, coins: RawBuilder<unknown>) => sql`
  select f.coin_id, f.timestamp, f.price_usd, f.timestamp - lag(f.timestamp) over coin as step,
    lag(f.price_usd) over coin as price_before, f.price_usd / lag(f.price_usd) over coin - 1 as move
  from fact_market_data f join ${coins} on chosen.id = f.coin_id
  where ${within(scope, minutes)} and f.granularity = '10min'
  window coin as (partition by f.coin_id order by f.timestamp)`

/**
 * Common table expressions. `recent`: tick-to-tick moves of the 1,000 largest coins in the last hour. `anomaly`: moves over
 * 10% and over 12 robust standard deviations from the coin's 14-day median, with their z-score (null when the coin never
 * moved). `market`: the share of anomalous coins by tick and sign, in %. Reads 14 days only of coins that moved over 10%, of
 * up to 100 per tick and sign, which then stand for the others.
 */
export const robustMoves = (scope: Scope): RawBuilder<unknown> => sql`
  recent as materialized (
    select * from (${moves(scope, readSpan, sql`(select id from dim_coin where is_tracked and market_cap_rank <= ${largest}::int) chosen`)}) m
    where timestamp > ${ago(scope, span)} and step = ${tick}::interval
  ),
  candidate as materialized (
    select * from (
      select *, row_number() over (side order by coin_id) as place, count(*) over side as moved
      from recent where abs(price_usd - price_before) > ${minMove}::float8 * price_before
      window side as (partition by timestamp, sign(move))
    ) moved where place <= ${maxCandidates}::int
  ),
  usual as materialized (
    select coin_id, move from (${moves(scope, referenceSpan, sql`(select distinct coin_id as id from candidate) chosen`)}) m
    where step = ${tick}::interval
  ),
  middle as (
    select coin_id, percentile_cont(0.5) within group (order by move) as median, count(*) as moves
    from usual group by coin_id
  ),
  spread as (
    select u.coin_id, m.median, m.moves,
      ${madToSigma}::float8 * percentile_cont(0.5) within group (order by abs(u.move - m.median)) as sigma
    from usual u join middle m on m.coin_id = u.coin_id group by u.coin_id, m.median, m.moves
  ),
  anomaly as materialized (
    select c.coin_id, c.timestamp, c.price_usd, c.move, sign(c.move) as sign, c.moved, (c.move - s.median) / nullif(s.sigma, 0) as z
    from candidate c join spread s on s.coin_id = c.coin_id
    where s.moves >= ${minMoves}::int and abs(c.move - s.median) > ${minZ}::float8 * s.sigma
  ),
  market as materialized (
    select timestamp, sign, coins, 100.0 * coins / all_coins as share_pct
    from (
      select a.timestamp, a.sign, count(*) * greatest(1, a.moved::float8 / ${maxCandidates}::int) as coins, r.coins as all_coins
      from anomaly a join (select timestamp, count(*) as coins from recent group by timestamp) r on r.timestamp = a.timestamp
      group by a.timestamp, a.sign, a.moved, r.coins
    ) side
  )`
