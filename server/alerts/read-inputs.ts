import type { ChangeWindow } from '../../contract/alert-lists.ts'
import { rsiDays, volumeDays } from '../../contract/alert-lists.ts'
import { dayMs, hourMs, minuteMs, toUtcDay } from '../../contract/time.ts'
import { listCoinSnapshots, listMinuteCloses, listPricesAt } from '../warehouse/alert-inputs.ts'
import type { StoredAlert } from '../warehouse/alert-rows.ts'
import { listDailyCloses } from '../warehouse/daily-closes.ts'
import type { Db } from '../warehouse/db.ts'
import { listOpenIncidents } from '../warehouse/incidents.ts'
import { listJobHealth } from '../warehouse/job-health.ts'
import { findNewestTick } from '../warehouse/snapshots.ts'
import { type DailyFigures, rsiWarmUpDays, toDailyFigures } from './daily-figures.ts'
import type { Inputs } from './measures.ts'

const coinsPerRead = 500

const coinsOf = (alerts: readonly StoredAlert[]): number[] => [
  ...new Set(alerts.flatMap(({ coin_id }) => coin_id ?? [])),
]

const isOver = (alert: StoredAlert, windows: readonly ChangeWindow[]): boolean =>
  alert.condition.type === 'change' && windows.includes(alert.condition.window)

/** The closed days that a condition looks at; 0: none. */
function toDays({ condition }: StoredAlert): number {
  if (condition.type === 'volume') return volumeDays
  if (condition.type === 'rsi') return Math.max(rsiWarmUpDays, rsiDays)
  return condition.type === 'moving_average' ? condition.days : 0
}

/** Figures of closed days. They are read again every hour, because candles of a day come hours after its end. */
export class DailyReader {
  readonly #db: Db
  readonly #known = new Map<string, DailyFigures>()
  #hour = Number.NaN

  constructor(db: Db) {
    this.#db = db
  }

  async read(alerts: readonly StoredAlert[], now: number): Promise<Map<number, DailyFigures>> {
    const hour = Math.floor(now / hourMs)
    if (hour !== this.#hour) this.#known.clear()
    this.#hour = hour
    const wanted = new Map<number, { days: number; averages: Set<number> }>()
    for (const alert of alerts) {
      const days = toDays(alert)
      if (days === 0 || alert.coin_id === null) continue
      const found = wanted.get(alert.coin_id) ?? { days: 0, averages: new Set() }
      found.days = Math.max(found.days, days)
      if (alert.condition.type === 'moving_average') found.averages.add(days)
      wanted.set(alert.coin_id, found)
    }
    const keyOf = (coin: number, { days, averages }: { days: number; averages: Set<number> }) =>
      `${coin}:${days}:${[...averages].sort((a, b) => a - b)}`
    const missing = [...wanted].filter(([coin, what]) => !this.#known.has(keyOf(coin, what)))
    for (let from = 0; from < missing.length; from += coinsPerRead) {
      const part = missing.slice(from, from + coinsPerRead)
      const days = Math.max(...part.map(([, what]) => what.days))
      const series = await listDailyCloses(this.#db, {
        coinIds: part.map(([coin]) => coin),
        from: toUtcDay(now - days * dayMs),
        to: toUtcDay(now - dayMs),
      })
      for (const [index, [coin, what]] of part.entries()) {
        const found = series[index]
        if (found !== undefined) this.#known.set(keyOf(coin, what), toDailyFigures(found, what.averages))
      }
    }
    return new Map(
      [...wanted].flatMap(([coin, what]) => {
        const figures = this.#known.get(keyOf(coin, what))
        return figures === undefined ? [] : [[coin, figures] as const]
      }),
    )
  }
}

export type ReadPortfolio = (id: number) => Promise<{ value: number; profit: number } | null>

/** Reads what these alerts are measured by after a snapshot. */
export async function readSnapshotInputs(
  { db, daily, readPortfolio }: { db: Db; daily: DailyReader; readPortfolio: ReadPortfolio },
  alerts: readonly StoredAlert[],
  now: number,
): Promise<Inputs> {
  const snapshots = new Map((await listCoinSnapshots(db, coinsOf(alerts))).map((row) => [row.coin_id, row]))
  const tick = Math.max(0, ...[...snapshots.values()].map(({ at }) => at))
  const inFourHours = coinsOf(alerts.filter((alert) => isOver(alert, ['4h'])))
  const portfolios = new Map<number, { value: number; profit: number }>()
  for (const { condition } of alerts)
    if (condition.type === 'portfolio' && !portfolios.has(condition.portfolio_id)) {
      const figures = await readPortfolio(condition.portfolio_id)
      if (figures !== null) portfolios.set(condition.portfolio_id, figures)
    }
  return {
    now,
    snapshots,
    fourHoursAgo: inFourHours.length === 0 ? new Map() : await listPricesAt(db, inFourHours, tick - 4 * hourMs),
    daily: await daily.read(alerts, now),
    portfolios,
  }
}

/** Reads what these alerts are measured by each minute. */
export async function readMinuteInputs(db: Db, alerts: readonly StoredAlert[], now: number): Promise<Inputs> {
  const has = (type: StoredAlert['condition']['type']) => alerts.some(({ condition }) => condition.type === type)
  const short = coinsOf(alerts.filter((alert) => isOver(alert, ['5m', '15m'])))
  const inputs: Inputs = { now }
  if (short.length > 0) {
    const read = (ago: number) => listMinuteCloses(db, short, now - ago * minuteMs)
    const [current, five, fifteen] = await Promise.all([read(0), read(5), read(15)])
    inputs.minutes = { now: current, '5m': five, '15m': fifteen }
  }
  if (has('job')) inputs.jobs = await listJobHealth(db)
  if (has('incident')) inputs.incidents = await listOpenIncidents(db)
  if (has('data_age')) {
    const tick = await findNewestTick(db)
    inputs.newestTick = tick === undefined ? null : Date.parse(tick)
  }
  return inputs
}
