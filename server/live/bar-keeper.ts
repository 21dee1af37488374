import type pg from 'pg'
import { hourMs, minuteMs } from '../../contract/time.ts'
import type { Clock } from '../clock.ts'
import { toMessage } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Tick } from '../sources/source.ts'
import type { Db } from '../warehouse/db.ts'
import { deleteMinuteBars, keepMinutePartitions, listMinuteBars, upsertMinuteBars } from '../warehouse/minute-bars.ts'
import { type HeldBar, joinStored, MinuteBars, toLastMinute } from './minute-bars.ts'

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
  /** How long minute bars are kept; 0: for ever. */
  retainDays: number
}

/** Since the start; `last_write_at` in ms since 1970. `ticks_dropped`: too late, too early, no price, or no coin of ours. */
export type BarReport = { bars_written: number; ticks_dropped: number; last_write_at: number | null }

export type BarKeeper = {
  /** Counts ticks into their bars; never waits. */
  add(ticks: readonly Tick[]): void
  /** Whose ticks count: CoinGecko ids and the ids of their coins. */
  follow(coins: ReadonlyMap<string, number>): void
  /** Writes what is not yet written, once, and ends. */
  stop(): Promise<void>
  report(): BarReport
}

/**
 * Keeps the minute bars of the stream in the warehouse: every 10 s it writes those that changed, and each hour it makes
 * and drops their partitions. A bar that was begun before this process had it goes on. What the database does not take
 * is tried again, for 15 minutes. When the clock is set back, what it has written of minutes that are yet to come goes.
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
    if (left > 0) log.warn({ bars: left }, 'minute bars lost: the database did not take them before the end')
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
      if (dropped.length > 0) log.info({ dropped: dropped.join(', ') }, 'minute bars dropped')
      dueAt = now + partitionsMs
    } catch (error) {
      log.warn({ error: toMessage(error) }, 'partitions of minute bars not kept')
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
    log.warn({ bars: removed }, 'the clock was set back: minute bars of the time to come are removed')
  }
  return async () => {
    try {
      await removeFuture()
      for (const group of toGroups(bars.listUnsaved())) {
        report.bars_written += await writeGroup(db, group)
        newest = Math.max(newest, ...group.map(({ minute }) => minute))
        report.last_write_at = clock.now()
        if (failures > 0) log.info({ failures }, 'minute bars are written again')
        failures = 0
      }
    } catch (error) {
      failures += 1
      if (failures === 1)
        log.warn({ error: toMessage(error) }, 'minute bars not written: they are held and tried again')
    }
    const lost = bars.forget(clock.now())
    if (lost > 0) log.warn({ bars: lost }, 'minute bars lost: the database was away for too long')
  }
}

/** Bars of one minute each, and not too many: writing out their numbers takes the time of ticks. */
function toGroups(bars: HeldBar[]): HeldBar[][] {
  const groups: HeldBar[][] = []
  for (const bar of bars) {
    const group = groups.at(-1)
    if (group?.[0]?.minute === bar.minute && group.length < barsPerWrite) group.push(bar)
    else groups.push([bar])
  }
  return groups
}

/** A write that failed may have arrived: a bar is joined before its first one, and never again. */
async function writeGroup(db: Db, group: HeldBar[]): Promise<number> {
  const fresh = group.filter(({ is_joined }) => !is_joined)
  const minute = group[0]?.minute
  if (fresh.length > 0 && minute !== undefined) {
    const stored = await listMinuteBars(db, { minute, coinIds: fresh.map(({ coin_id }) => coin_id) })
    const byCoin = new Map(stored.map((bar) => [bar.coin_id, bar]))
    for (const bar of fresh) joinStored(bar, byCoin.get(bar.coin_id))
  }
  const written = group.map((bar) => ({ bar, ticks: bar.ticks }))
  const taken = await upsertMinuteBars(db, group)
  for (const { bar, ticks } of written) bar.saved = ticks
  return taken
}
