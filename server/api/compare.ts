import type { Comparison } from '../../contract/compare.ts'
import { type CompareRange, compareRanges, maxComparedCoins } from '../../contract/compare-lists.ts'
import { explainNoGrowth, explainNotAnnualized } from '../../contract/returns.ts'
import { dayMs, toUtcDay } from '../../contract/time.ts'
import { type Compare, compareCloses } from '../analytics/compare.ts'
import type { Year } from '../analytics/ratios.ts'
import { AppError } from '../errors.ts'
import { type ComparedCoin, findCloseDays, listComparedCoins } from '../warehouse/compared-coins.ts'
import { listUsdRates } from '../warehouse/currencies.ts'
import { listDailyCloses } from '../warehouse/daily-closes.ts'
import type { Db } from '../warehouse/db.ts'

const maxPoints = 1100

type Options = { coins: string; range: CompareRange; code: string; now: number; year: Year }

function parseCompared(text: string): string[] {
  const ids = [...new Set(text.split(',').map((id) => id.trim()))].filter((id) => id !== '')
  if (ids.length === 0 || ids.length > maxComparedCoins)
    throw new AppError('unprocessable', `coins must list 1 to ${maxComparedCoins} coins (got ${ids.length}).`)
  return ids
}

/** Compares coins over their common closed days before today (UTC), in a currency at the rates of the days' ends. */
export async function getComparison(db: Db, { coins: text, range, code, now, year }: Options): Promise<Comparison> {
  const coins = await listComparedCoins(db, parseCompared(text))
  const coinIds = coins.map(({ coin_id }) => coin_id)
  const found = await findCloseDays(db, { coinIds, to: toUtcDay(now - dayMs) })
  const to = found?.last ?? toUtcDay(now - dayMs)
  const days = compareRanges[range]
  const first = Date.parse(found?.first ?? to)
  const from = toUtcDay(days === null ? first : Math.max(first, Date.parse(to) - (days - 1) * dayMs))
  const series = await listDailyCloses(db, { coinIds, from, to })
  const ends = Array.from({ length: series[0]?.closes.length ?? 0 }, (_, day) => Date.parse(from) + (day + 1) * dayMs)
  const rates = await listUsdRates(db, code, ends)
  const closes = series.map(({ closes: usd }) => usd.map((close, day) => close / (rates[day]?.usd_rate ?? Number.NaN)))
  const compared = compareCloses(closes, year)
  const toDate = (day: number) => (day === -1 ? null : toUtcDay(Date.parse(from) + day * dayMs))
  const period = compared.first === -1 ? 0 : compared.last - compared.first + 1
  const points = listPoints(compared)
  return {
    range,
    vs_currency: code,
    from: toDate(compared.first),
    to: toDate(compared.last),
    period_days: period,
    days: points.days,
    step_days: points.step,
    dates: points.at.map((day) => toUtcDay(Date.parse(from) + (compared.first + day) * dayMs)),
    coins: coins.map((coin, index) => ({
      ...toFigures({ coin, compared, index, period, points: points.at }),
      first_close: toDate((closes[index] ?? new Float64Array()).findIndex((close) => !Number.isNaN(close))),
      last_close: toDate((closes[index] ?? new Float64Array()).findLastIndex((close) => !Number.isNaN(close))),
      ...toBestDays(compared, index, toDate),
    })),
    correlation: compared.correlation,
  }
}

/** The common days that are listed, as days of the period, and how many there are. The last is always listed. */
function listPoints({ coins }: Compare): { days: number; step: number; at: number[] } {
  const closes = coins[0]?.closes ?? new Float64Array()
  const common = Array.from(closes, (close, day) => (Number.isNaN(close) ? -1 : day)).filter((day) => day >= 0)
  const step = Math.max(1, Math.ceil(common.length / maxPoints))
  return { days: common.length, step, at: common.filter((_, index) => (common.length - 1 - index) % step === 0) }
}

type FigureOptions = { coin: ComparedCoin; compared: Compare; index: number; period: number; points: number[] }

function toFigures({ coin, compared, index, period, points }: FigureOptions) {
  const { risk, closes, drawdowns, rolling } = compared.coins[index] as Compare['coins'][number]
  const { best_day: _, worst_day: __, beta_btc: ___, correlation_btc: ____, ...figures } = risk
  return {
    ...coin,
    ...figures,
    annualized_reason: explainNotAnnualized(risk.observations, period),
    cagr_reason: explainNoGrowth(risk.observations, period),
    prices: points.map((day) => closes[day] as number),
    drawdowns: points.map((day) => drawdowns[day] as number),
    rolling_volatility: points.map((day) => rolling[day] ?? null),
  }
}

function toBestDays({ first, coins }: Compare, index: number, toDate: (day: number) => string | null) {
  const { best_day = null, worst_day = null } = coins[index]?.risk ?? {}
  const toDay = (day: number | null) => (day === null ? null : toDate(first + day))
  return { best_day_date: toDay(best_day), worst_day_date: toDay(worst_day) }
}
