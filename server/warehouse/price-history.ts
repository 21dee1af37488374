import { sql } from 'kysely'
import type { CoinHistory } from '../../contract/charts.ts'
import { type Granularity, granularityMs } from '../../contract/day.ts'
import { dayMs, minuteMs } from '../../contract/time.ts'
import { floorToBin, hasClose, startOf } from './day.ts'
import type { Db } from './db.ts'

const maxPoints = 1000
const minutesPerDay = dayMs / minuteMs
/** Minutes between two points. Each divides a day, so midnights are always points. */
const steps = [5, 10, 20, 30, 60, 90, 120, 180, 240, 360, 480, 720, minutesPerDay] as const
/** The low and the high of so many steps are added to the evenly spaced points. */
const stepsPerExtreme = 8
const pointsPerStep = 1 + 2 / stepsPerExtreme
/** Reserved for the ends of the range and of partial steps. */
const reservedPoints = 8
/** A grid counts when it fills more than this share of the range. */
const minCoarseShare = 0.03

type Price = CoinHistory['prices'][number]
type Observation = Price & { granularity: Granularity }
type Range = { coinId: number; from: Date; to: Date }

/**
 * The prices of a coin in the last `days` before `now` (ms since 1970), in USD, oldest first, up to 1,000: the price at
 * every step, the first, the last, and the low and high of every 8 steps. The step is at least the spacing of the coarsest
 * grid in the range, so all parts are equally dense. Days whose facts were dropped have their closes.
 */
export async function listPrices(
  db: Db,
  { coinId, days, now }: { coinId: number; days: number; now: number },
): Promise<Pick<CoinHistory, 'prices' | 'step_minutes'>> {
  const range = { coinId, from: new Date(now - days * dayMs), to: new Date(now) }
  const finest = toStep((minutes) => ((days * minutesPerDay) / minutes) * pointsPerStep <= maxPoints - reservedPoints)
  const [even, [first, last]] = await Promise.all([listEven(db, range, finest), listEnds(db, range)])
  const closes = await listCloses(db, { ...range, to: first === undefined ? range.to : new Date(first.timestamp) })
  const observed = [...closes, ...even]
  const step = toStep((minutes) => minutes >= Math.max(finest, findSpacing(observed, days)))
  const extremes = await listExtremes(db, range, step)
  const ends = [first, last].filter((price) => price !== undefined)
  const prices = new Map([...thin(observed, step), ...extremes, ...ends].map((price) => [price.timestamp, price]))
  const sorted = [...prices.values()].sort((a, b) => Date.parse(a.timestamp) - Date.parse(b.timestamp))
  return {
    step_minutes: step,
    prices: sorted.slice(-maxPoints).map(({ timestamp, price_usd }) => ({ timestamp, price_usd })),
  }
}

const toStep = (isEnough: (minutes: number) => boolean): number => steps.find(isEnough) ?? minutesPerDay

/** The widest spacing in minutes of the grids that count. */
function findSpacing(observed: Observation[], days: number): number {
  const counts = new Map<number, number>()
  for (const { granularity } of observed) {
    const spacing = granularityMs[granularity] / minuteMs
    counts.set(spacing, (counts.get(spacing) ?? 0) + 1)
  }
  const counted = [...counts].filter(([spacing, count]) => spacing * count > minCoarseShare * days * minutesPerDay)
  return Math.max(0, ...counted.map(([spacing]) => spacing))
}

/** The last price of each step. */
function thin(prices: Observation[], step: number): Observation[] {
  const stepMs = step * minuteMs
  return [...new Map(prices.map((price) => [Math.ceil(Date.parse(price.timestamp) / stepMs), price])).values()]
}

const facts = ({ coinId, from, to }: Range) =>
  sql`from fact_market_data where coin_id = ${coinId} and timestamp >= ${from}::timestamptz and timestamp <= ${to}::timestamptz`

/** The newest price of every step; steps end at multiples of their length in UTC. */
async function listEven(db: Db, range: Range, step: number): Promise<Observation[]> {
  const stepMs = step * minuteMs
  const [first, last] = [range.from, range.to].map((at) => new Date(Math.ceil(at.getTime() / stepMs) * stepMs))
  const width = sql`make_interval(mins => ${step}::int)`
  const { rows } = await sql<Observation>`select p.timestamp, p.price_usd, p.granularity
    from generate_series(${first}::timestamptz, ${last}::timestamptz, ${width}) as instant,
      lateral (select timestamp, price_usd, granularity ${facts(range)} and timestamp <= instant and timestamp > instant - ${width}
        order by timestamp desc limit 1) p
    order by instant`.execute(db)
  return rows
}

async function listEnds(db: Db, range: Range): Promise<Price[]> {
  const end = (direction: 'asc' | 'desc') =>
    sql`(select timestamp, price_usd ${facts(range)} order by timestamp ${sql.raw(direction)} limit 1)`
  const { rows } = await sql<Price>`${end('asc')} union all ${end('desc')}`.execute(db)
  return rows.sort((a, b) => Date.parse(a.timestamp) - Date.parse(b.timestamp))
}

async function listExtremes(db: Db, range: Range, step: number): Promise<Price[]> {
  const width = sql`make_interval(mins => ${step * stepsPerExtreme}::int)`
  const extreme = (name: 'low' | 'high') => sql`(select timestamp, price_usd ${facts(range)}
    and timestamp >= start and timestamp < start + ${width} and price_usd = ${sql.ref(name)} order by timestamp limit 1)`
  const { rows } = await sql<Price>`select p.timestamp, p.price_usd
    from (select ${floorToBin(width, sql`timestamp`)} as start, min(price_usd) as low,
        max(price_usd) as high ${facts(range)} group by 1) part,
      lateral (${extreme('low')} union all ${extreme('high')}) p`.execute(db)
  return rows
}

/** The closes of the days that end in the range. */
async function listCloses(db: Db, { coinId, from, to }: Range): Promise<Observation[]> {
  const end = startOf(sql`date + 1`)
  const { rows } = await sql<Observation>`select ${end} as timestamp, close as price_usd, 'daily' as granularity
    from fact_daily_ohlcv where coin_id = ${coinId} and ${end} >= ${from}::timestamptz and ${end} < ${to}::timestamptz
      and ${hasClose('fact_daily_ohlcv')}
    order by date`.execute(db)
  return rows
}
