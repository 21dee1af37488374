import { type Granularity, midnightToleranceMs } from '../contract/day.ts'
import { dayMs, toUtcDay } from '../contract/time.ts'

export type Fact = { at: number; price: number; volume: number | null; granularity: Granularity; source: number | null }

export type Candle = {
  open: number
  high: number
  low: number
  close: number
  volume: number | null
  /** ms since 1970 */
  close_at: number
  granularity: Granularity
  samples: number
}

export type Bar = { open: number; high: number; low: number; close: number; ticks: number }

/** From coarse to fine. */
const grids: readonly Granularity[] = ['daily', 'hourly', '10min', '5min']
const fineness = (granularity: Granularity): number => grids.indexOf(granularity)

/** The fact that counts for a midnight: the nearest within the tolerance of its grid, of two the earlier. */
function findAtMidnight(facts: readonly Fact[], midnight: number): Fact | undefined {
  const distance = ({ at }: Fact) => Math.abs(at - midnight)
  const near = facts.filter((fact) => distance(fact) <= midnightToleranceMs[fact.granularity])
  return near.sort((a, b) => distance(a) - distance(b) || a.at - b.at)[0]
}

/** The candle of a day as contract/day.ts defines it, from all facts of a coin in order of time. */
function makeCandle(facts: readonly Fact[], start: number): Candle | undefined {
  const end = start + dayMs
  const day = facts.filter(({ at }) => at >= start && at <= end)
  if (day.length === 0) return undefined
  const inside = day.filter(({ at }) => at < end)
  const open = findAtMidnight(facts, start) ?? day[0]
  const close = findAtMidnight(facts, end) ?? inside.at(-1)
  if (open === undefined || close === undefined) return undefined
  const counted = [...new Set([...day, open, close])]
  const prices = counted.map(({ price }) => price)
  const known = [close, ...day.toReversed()].find(({ volume }) => volume !== null)
  return {
    open: open.price,
    high: Math.max(...prices),
    low: Math.min(...prices),
    close: close.price,
    volume: known?.volume ?? null,
    close_at: close.at,
    granularity: grids[Math.min(...counted.map(({ granularity }) => fineness(granularity)))] ?? 'daily',
    samples: counted.length,
  }
}

const isNewer = (source: number | null, stored: number | null): boolean =>
  source === null || stored === null || source >= stored

/** The expected content of a warehouse, computed without SQL, each candle from all facts. */
export class WarehouseModel {
  readonly facts = new Map<string, Map<number, Fact>>()
  readonly latest = new Map<string, Fact>()
  readonly bars = new Map<string, Bar>()
  readonly candles = new Map<string, Candle>()
  tracked = new Set<string>()

  #factsOf(coin: string): Map<number, Fact> {
    const facts = this.facts.get(coin) ?? new Map<number, Fact>()
    this.facts.set(coin, facts)
    return facts
  }

  /** A snapshot of `asked` coins at a tick. */
  publish(tick: number, rows: readonly (Omit<Fact, 'at' | 'granularity'> & { coin: string })[], asked: number): void {
    for (const { coin, ...row } of rows) {
      const fact: Fact = { ...row, at: tick, granularity: '10min' }
      const facts = this.#factsOf(coin)
      const stored = facts.get(tick)
      if (stored === undefined || stored.granularity !== '10min' || isNewer(row.source, stored.source))
        facts.set(tick, fact)
      const latest = this.latest.get(coin)
      if (latest === undefined || tick > latest.at || (tick === latest.at && isNewer(row.source, latest.source)))
        this.latest.set(coin, fact)
    }
    const listed = rows.map(({ coin }) => coin)
    this.tracked = new Set(listed.length * 2 >= asked ? listed : [...this.tracked, ...listed])
  }

  /** History of one coin: a point replaces a coarser one only, and never a snapshot. */
  addHistory(coin: string, points: readonly Omit<Fact, 'source'>[]): void {
    const facts = this.#factsOf(coin)
    for (const point of points) {
      const stored = facts.get(point.at)
      const limit = Math.min(fineness(point.granularity), fineness('10min'))
      if (stored === undefined || fineness(stored.granularity) < limit) facts.set(point.at, { ...point, source: null })
    }
  }

  addBar(key: string, bar: Bar): void {
    const stored = this.bars.get(key)
    if (stored !== undefined && stored.ticks > bar.ticks) return
    const [high, low] = [Math.max(bar.high, stored?.high ?? bar.high), Math.min(bar.low, stored?.low ?? bar.low)]
    this.bars.set(key, { ...bar, high, low })
  }

  /** Makes the candles of the days in [from, to). One of fewer facts replaces none: the others were dropped. */
  makeCandles(from: number, to: number): void {
    for (const [coin, byTime] of this.facts) {
      const facts = [...byTime.values()].sort((a, b) => a.at - b.at)
      for (let start = from; start < to; start += dayMs) {
        const key = `${coin} ${toUtcDay(start)}`
        const candle = makeCandle(facts, start)
        if (candle !== undefined && candle.samples >= (this.candles.get(key)?.samples ?? 0))
          this.candles.set(key, candle)
      }
    }
  }

  dropFactsBefore(instant: number): void {
    for (const facts of this.facts.values()) for (const at of facts.keys()) if (at < instant) facts.delete(at)
  }
}
