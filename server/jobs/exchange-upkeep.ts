import { exchangeGrids, exchangeIntervals, quotes } from '../exchange-candles.ts'
import {
  deleteExchangeBlocks,
  listUnconverted,
  type RatedCandle,
  readUnconverted,
  writeExchangeCandles,
} from '../warehouse/exchange-blocks.ts'
import { compareDailyCloses, saveExchangeMarket } from '../warehouse/exchange-markets.ts'
import { writeInRun } from '../warehouse/runs.ts'
import type { State } from './exchange-candles.ts'
import { maxDifference } from './exchange-choice.ts'
import { toOldest } from './exchange-pages.ts'
import type { JobDeps, JobRun } from './job.ts'

const comparedDays = 365
const minComparedDays = 7
const maxApartShare = 0.1

/** Converts stored candles whose rate has become known. */
export async function convertLate({ db, pool }: JobDeps, run: JobRun, { rates }: Pick<State, 'rates'>): Promise<void> {
  rates.forget()
  for (const { blocks, quote, ...series } of await listUnconverted(db, { from: 0 })) {
    const known = quotes.find((name) => name === quote)
    if (known === undefined) continue
    const { widthMs } = exchangeGrids[series.interval]
    await writeInRun(pool, run.id, async (tx) => {
      const rated: RatedCandle[] = []
      for (const candle of await readUnconverted(tx, series, blocks)) {
        const usd_rate = await rates.find(known, series.interval, candle.at + widthMs)
        if (usd_rate !== null) rated.push({ ...candle, usd_rate })
      }
      await writeExchangeCandles(tx, series, rated)
    })
  }
}

/** Refuses markets whose daily closes are not those of their coin at CoinGecko. */
export async function refuseDisagreeing(
  { db, pool, clock }: JobDeps,
  run: JobRun,
  { tally, now }: Pick<State, 'tally' | 'now'>,
): Promise<void> {
  const query = { now: clock.now(), days: comparedDays, tolerance: maxDifference }
  for (const { market, days, apart } of await compareDailyCloses(db, query)) {
    if (days < minComparedDays || apart <= days * maxApartShare) continue
    const reason = `${apart} of ${days} daily closes are more than ${maxDifference * 100}% from CoinGecko's.`
    await writeInRun(pool, run.id, (tx) => saveExchangeMarket(tx, { ...market, reason, checked_at: now }))
    tally.refuse(market, reason)
  }
}

/** Deletes hours and minutes that are too old. */
export async function dropOld({ pool, clock }: JobDeps, run: JobRun): Promise<void> {
  for (const interval of exchangeIntervals) {
    const before = toOldest(interval, clock.now())
    if (before === 0) continue
    const dropped = await writeInRun(pool, run.id, (tx) => deleteExchangeBlocks(tx, { interval, before }))
    if (dropped > 0)
      run.log.info({ interval, blocks: dropped, before: new Date(before).toISOString() }, 'old candles dropped')
  }
}
