import type { Condition } from '../../contract/alert-conditions.ts'
import type { ChangeWindow } from '../../contract/alert-lists.ts'
import { severities } from '../../contract/lists.ts'
import type { FeedReport } from '../../contract/live.ts'
import type { JobHealth } from '../../contract/pipeline.ts'
import type { Incident } from '../../contract/quality.ts'
import { minuteMs } from '../../contract/time.ts'
import type { CoinSnapshot } from '../warehouse/alert-inputs.ts'
import { type DailyFigures, toRsi } from './daily-figures.ts'
import type { Reading } from './machine.ts'
import { formatUsd } from './words.ts'

/** What conditions are measured by. A part that was not read is absent. */
export type Inputs = {
  /** Ms since 1970. */
  now: number
  snapshots?: ReadonlyMap<number, CoinSnapshot>
  /** Prices in USD 4 hours before each snapshot. */
  fourHoursAgo?: ReadonlyMap<number, number>
  /** Prices in USD of the stream, now and at the start of the short windows. */
  minutes?: { now: ReadonlyMap<number, number> } & Record<'5m' | '15m', ReadonlyMap<number, number>>
  daily?: ReadonlyMap<number, DailyFigures>
  /** Value and profit in USD. */
  portfolios?: ReadonlyMap<number, { value: number; profit: number }>
  jobs?: readonly JobHealth[]
  incidents?: readonly Incident[]
  /** Tick of the newest snapshot in ms since 1970; null: none yet. */
  newestTick?: number | null
  /** Sources of the stream, and since when each is down, in ms since 1970. */
  feeds?: readonly (FeedReport & { down_since: number | null })[]
}

/** `shown`: the value in texts, where it differs. `detail`: what else is known, written only for a trigger. */
export type Measured = Reading & { shown?: number; detail?: () => string }

const minDownMs = minuteMs

const toPctChange = (price: number | undefined, reference: number | undefined): number | null =>
  price === undefined || reference === undefined || reference <= 0 ? null : (price / reference - 1) * 100

function findChange(
  window: ChangeWindow,
  coinId: number,
  inputs: Inputs,
): { pct: number | null; at: number; price: number } | null {
  const { snapshots, fourHoursAgo, minutes, now } = inputs
  if (window === '5m' || window === '15m') {
    const price = minutes?.now.get(coinId)
    return price === undefined ? null : { pct: toPctChange(price, minutes?.[window].get(coinId)), at: now, price }
  }
  const snapshot = snapshots?.get(coinId)
  if (snapshot === undefined) return null
  const { at, price_usd: price } = snapshot
  const pct = window === '4h' ? toPctChange(price, fourHoursAgo?.get(coinId)) : snapshot[`price_change_${window}_pct`]
  return { pct, at, price }
}

const toPriceDetail = (price: number) => (): string => `Price ${formatUsd(price)}`

/** A coin's snapshot with a figure of it. */
function ofCoin(
  inputs: Inputs,
  coinId: number,
  toValue: (snapshot: CoinSnapshot, daily: DailyFigures | undefined) => number | null,
): Measured | null {
  const snapshot = inputs.snapshots?.get(coinId)
  if (snapshot === undefined) return null
  const value = toValue(snapshot, inputs.daily?.get(coinId))
  return value === null ? null : { value, at: snapshot.at, detail: toPriceDetail(snapshot.price_usd) }
}

const countOf = (found: readonly string[] | undefined, now: number): Measured | null =>
  found === undefined ? null : { value: found.length, at: now, detail: () => found.slice(0, 5).join(', ') }

function listJobProblems({ job_id, problem }: Extract<Condition, { type: 'job' }>, jobs: Inputs['jobs']) {
  const wanted = problem === 'either' ? ['failing', 'late'] : [problem]
  return jobs
    ?.filter((job) => (job_id === null || job.job_id === job_id) && wanted.includes(job.state))
    .map(
      (job) =>
        `${job.job_id} ${job.state}${job.last_error === null || job.state === 'late' ? '' : ` (${job.last_error})`}`,
    )
}

function listIncidents({ severity }: Extract<Condition, { type: 'incident' }>, incidents: Inputs['incidents']) {
  const worst = severities.indexOf(severity)
  return incidents
    ?.filter((incident) => severities.indexOf(incident.severity) <= worst)
    .map((incident) => `${incident.check_name} (${incident.severity})`)
}

/** Without a source: the stream as a whole, which is down when no source works. */
function listDownFeeds({ source }: Extract<Condition, { type: 'feed' }>, { feeds, now }: Inputs): string[] | undefined {
  if (source === null && feeds?.some(({ state }) => state === 'good')) return []
  return feeds
    ?.filter(({ down_since }) => down_since !== null && now - down_since >= minDownMs)
    .filter((feed) => source === null || feed.source === source)
    .map((feed) => `${feed.source} down${feed.problem === null ? '' : ` (${feed.problem})`}`)
}

/** The value of a condition, or null when it is unknown. Conditions about prices are measured by `price-watch.ts`. */
export function measure(condition: Condition, inputs: Inputs): Measured | null {
  switch (condition.type) {
    case 'price':
    case 'all_time_high':
    case 'all_time_low':
      return null
    case 'change': {
      const found = findChange(condition.window, condition.coin_id, inputs)
      if (found === null || found.pct === null) return null
      const { pct, at, price } = found
      const value = condition.direction === 'either' ? Math.abs(pct) : pct
      return { value, at, shown: pct, detail: toPriceDetail(price) }
    }
    case 'volume':
      return ofCoin(inputs, condition.coin_id, ({ volume }, daily) =>
        volume === null || daily?.meanVolume == null || daily.meanVolume <= 0 ? null : volume / daily.meanVolume,
      )
    case 'moving_average':
      return ofCoin(inputs, condition.coin_id, ({ price_usd }, daily) =>
        toPctChange(price_usd, daily?.averages.get(condition.days) ?? undefined),
      )
    case 'rsi':
      return ofCoin(inputs, condition.coin_id, ({ price_usd }, daily) =>
        daily?.momentum == null ? null : toRsi(daily.momentum, price_usd),
      )
    case 'portfolio': {
      const figures = inputs.portfolios?.get(condition.portfolio_id)
      return figures === undefined ? null : { value: figures[condition.figure], at: inputs.now }
    }
    case 'job':
      return countOf(listJobProblems(condition, inputs.jobs), inputs.now)
    case 'incident':
      return countOf(listIncidents(condition, inputs.incidents), inputs.now)
    case 'data_age':
      return inputs.newestTick == null
        ? null
        : { value: Math.max(0, inputs.now - inputs.newestTick) / minuteMs, at: inputs.now }
    case 'feed':
      return countOf(listDownFeeds(condition, inputs), inputs.now)
  }
}
