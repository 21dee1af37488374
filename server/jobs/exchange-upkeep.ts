import { exchangeGrids, exchangeIntervals, quotes } from '../exchange-candles.ts'
import type { Db } from '../warehouse/db.ts'
import {
  deleteExchangeBlocks,
  listUnconverted,
  type RatedCandle,
  readUnconverted,
  writeExchangeCandles,
} from '../warehouse/exchange-blocks.ts'
import { compareDailyCloses, listExchangeMarkets, saveExchangeMarket } from '../warehouse/exchange-markets.ts'
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

/** Why markets are of another coin by their daily closes, by id: most days must agree with CoinGecko's. */
export async function findDisagreeing(db: Db, now: number): Promise<Map<number, string>> {
  const query = { now, days: comparedDays, tolerance: maxDifference }
  const apart = (await compareDailyCloses(db, query)).filter(
    (market) => market.days >= minComparedDays && market.apart > market.days * maxApartShare,
  )
  const toReason = ({ days, apart: count }: (typeof apart)[number]) =>
    `${count} of ${days} daily closes are more than ${maxDifference * 100}% from CoinGecko's.`
  return new Map(apart.map((market) => [market.market_id, toReason(market)]))
}

/** Refuses markets whose past closes are not those of their coin. */
export async function refuseDisagreeing(
  { db, pool, clock }: JobDeps,
  run: JobRun,
  { tally, now }: Pick<State, 'tally' | 'now'>,
): Promise<void> {
  const disagreeing = await findDisagreeing(db, clock.now())
  for (const market of await listExchangeMarkets(db)) {
    const reason = disagreeing.get(market.id)
    if (reason === undefined || market.reason !== null) continue
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
