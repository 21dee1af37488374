import type pg from 'pg'
import { hourMs, minuteMs } from '../../contract/time.ts'
import type { Clock } from '../clock.ts'
import { toMessage } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Tick } from '../sources/source.ts'
import type { Db } from '../warehouse/db.ts'
import { deleteMinuteBars, keepMinutePartitions, listMinuteBars, upsertMinuteBars } from '../warehouse/minute-bars.ts'
import { type MemoryBar, MinuteBars, mergeStored, toLastMinute } from './minute-bars.ts'

const writeMs = 10_000
const partitionsMs = hourMs
const retryMs = 60_000
const backMs = 15 * minuteMs
const barsPerWrite = 1000

export type BarKeeperOptions = {
  db: Db
  pool: pg.Pool
  clock: Clock
  log: Log
  /** Retention of minute bars. 0 keeps them forever. */
  retainDays: number
}

/**
 * Counts since startup. `ticks_dropped` counts ticks that are late, early, invalid or of an unfollowed coin.
 * `last_write_at` is in ms since 1970.
 */
export type BarReport = { bars_written: number; ticks_dropped: number; last_write_at: number | null }

export type BarKeeper = {
  /** Adds ticks to their bars without waiting for the database. */
  add(ticks: readonly Tick[]): void
  /** Sets the followed coins: coin ids by CoinGecko id. */
  follow(coins: ReadonlyMap<string, number>): void
  /** Tries once to write the unsaved bars, then ends. */
  stop(): Promise<void>
  report(): BarReport
}

/**
 * Writes minute bars of the stream to the warehouse. It writes changed bars every 10 s, and creates and drops their
 * partitions each hour. It continues bars that another process started. It retries failed writes for 15 minutes. When
 * the clock is set back, it deletes its bars of future minutes.
 */
export function startBarKeeper(options: BarKeeperOptions): BarKeeper {
  const { clock, log } = options
  const stopping = new AbortController()
  const bars = new MinuteBars()
  const report: BarReport = { bars_written: 0, ticks_dropped: 0, last_write_at: null }
  let followed: ReadonlyMap<string, number> = new Map()
  const keepPartitions = createPartitionKeeper(options)
  const write = createWriter(options, { bars, report })
  const keep = async () => {
    while (!stopping.signal.aborted) {
      await keepPartitions()
      await write()
      await clock.sleep(writeMs, stopping.signal).catch(() => undefined)
    }
    await write()
    const left = bars.listUnsaved().length
    if (left > 0) log.warn({ bars: left }, "1-minute candles lost: can't write them to the database before shutdown")
  }
  const kept = keep()
  return {
    add: (ticks) => {
      const now = clock.now()
      for (const tick of ticks) {
        const coinId = followed.get(tick.coingecko_id)
        if (coinId === undefined || !bars.add(coinId, tick, now)) report.ticks_dropped += 1
      }
    },
    follow: (coins) => {
      followed = coins
    },
    stop: () => {
      stopping.abort(new Error('stopped'))
      return kept
    },
    report: () => ({ ...report }),
  }
}

function createPartitionKeeper({ pool, clock, log, retainDays }: BarKeeperOptions): () => Promise<void> {
  let dueAt = Number.NEGATIVE_INFINITY
  return async () => {
    const now = clock.now()
    if (now < dueAt) return
    try {
      const dropped = await keepMinutePartitions(pool, { from: now - backMs, now, retainDays })
      if (dropped.length > 0) log.info({ dropped: dropped.join(', ') }, 'old 1-minute candles dropped')
      dueAt = now + partitionsMs
    } catch (error) {
      log.warn({ error: toMessage(error) }, "can't maintain partitions of 1-minute candles, retrying in 60 s")
      dueAt = now + retryMs
    }
  }
}

function createWriter(
  { db, clock, log }: BarKeeperOptions,
  { bars, report }: { bars: MinuteBars; report: BarReport },
): () => Promise<void> {
  let failures = 0
  let newest = Number.NEGATIVE_INFINITY
  const removeFuture = async () => {
    const last = toLastMinute(clock.now())
    bars.dropFuture(clock.now())
    if (newest <= last) return
    const removed = await deleteMinuteBars(db, { after: last, upTo: newest })
    newest = last
    log.warn({ bars: removed }, 'clock set back: future 1-minute candles deleted')
  }
  return async () => {
    try {
      await removeFuture()
      for (const group of groupByMinute(bars.listUnsaved())) {
        report.bars_written += await writeGroup(db, group)
        newest = Math.max(newest, ...group.map(({ minute }) => minute))
        report.last_write_at = clock.now()
        if (failures > 0) log.info({ failures }, 'writing 1-minute candles resumed')
        failures = 0
      }
    } catch (error) {
      failures += 1
      if (failures === 1) log.warn({ error: toMessage(error) }, "can't write 1-minute candles, retrying")
    }
    const lost = bars.forget(clock.now())
    if (lost > 0) log.warn({ bars: lost }, '1-minute candles lost: database unavailable for more than 15 min')
  }
}

/** Groups bars by minute, with a limited size: serializing large groups would delay ticks. */
function groupByMinute(bars: MemoryBar[]): MemoryBar[][] {
  const groups: MemoryBar[][] = []
  for (const bar of bars) {
    const group = groups.at(-1)
    if (group?.[0]?.minute === bar.minute && group.length < barsPerWrite) group.push(bar)
    else groups.push([bar])
  }
  return groups
}

/**
 * Merges stored bars only before their first write: a failed write may be stored, and a second merge would count it
 * twice.
 */
async function writeGroup(db: Db, group: MemoryBar[]): Promise<number> {
  const fresh = group.filter(({ is_merged }) => !is_merged)
  const minute = group[0]?.minute
  if (fresh.length > 0 && minute !== undefined) {
    const stored = await listMinuteBars(db, { minute, coinIds: fresh.map(({ coin_id }) => coin_id) })
    const byCoin = new Map(stored.map((bar) => [bar.coin_id, bar]))
    for (const bar of fresh) mergeStored(bar, byCoin.get(bar.coin_id))
  }
  const written = group.map((bar) => ({ bar, ticks: bar.ticks }))
  const changed = await upsertMinuteBars(db, group)
  for (const { bar, ticks } of written) bar.saved = ticks
  return changed
}
