import { rsiDays, volumeDays } from '../../contract/alert-lists.ts'

/** How many of the values of a window must be known. */
const minShare = 0.8
/** Enough days for Wilder's averages to forget their start. */
export const rsiWarmUpDays = 250

/** The averages of gains and losses up to a close, for the RSI of the next one. */
type Momentum = { gain: number; loss: number; close: number }

/** What the closed days of a coin say. */
export type DailyFigures = {
  /** Mean 24h volume of the last 30 days in USD; null: too few days. */
  meanVolume: number | null
  momentum: Momentum | null
  /** The means of the last n closes, by n. */
  averages: ReadonlyMap<number, number | null>
}

/** The mean of the last `days` values (NaN: none); null when more than a fifth is missing. */
export function averageLast(values: Float64Array, days: number): number | null {
  let [sum, count] = [0, 0]
  for (const value of values.subarray(Math.max(0, values.length - days)))
    if (!Number.isNaN(value)) {
      sum += value
      count += 1
    }
  return count >= Math.max(1, days * minShare) ? sum / count : null
}

/** The closes without a gap up to the last one, which may be that of the day before the last. */
function findRun(closes: Float64Array): Float64Array {
  const isMissing = (at: number) => Number.isNaN(closes[at] ?? Number.NaN)
  const end = isMissing(closes.length - 1) ? closes.length - 1 : closes.length
  let start = end
  while (start > 0 && !isMissing(start - 1)) start -= 1
  return closes.subarray(start, end)
}

/** Wilder's averages: the mean of the first moves, then each move weighs 1 / days. Null: too few closes without a gap. */
export function findMomentum(closes: Float64Array, days: number = rsiDays): Momentum | null {
  const run = findRun(closes)
  if (run.length <= days) return null
  let [gain, loss] = [0, 0]
  for (let at = 1; at < run.length; at += 1) {
    const move = (run[at] ?? 0) - (run[at - 1] ?? 0)
    const weight = at <= days ? 1 / at : 1 / days
    gain += (Math.max(move, 0) - gain) * weight
    loss += (Math.max(-move, 0) - loss) * weight
  }
  return { gain, loss, close: run.at(-1) ?? 0 }
}

/** Relative strength index, 0 to 100, with a price as the next close. */
export function toRsi({ gain, loss, close }: Momentum, price: number, days: number = rsiDays): number {
  const move = price - close
  const up = gain + (Math.max(move, 0) - gain) / days
  const down = loss + (Math.max(-move, 0) - loss) / days
  return up + down === 0 ? 50 : (100 * up) / (up + down)
}

/** `closes` and `volumes`: one value per closed day in order (NaN: none). */
export const toDailyFigures = (
  { closes, volumes }: { closes: Float64Array; volumes: Float64Array },
  averageDays: Iterable<number>,
): DailyFigures => ({
  meanVolume: averageLast(volumes, volumeDays),
  momentum: findMomentum(closes.subarray(Math.max(0, closes.length - rsiWarmUpDays))),
  averages: new Map([...averageDays].map((days) => [days, averageLast(closes, days)])),
})
