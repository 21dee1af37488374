import type { Sentiment } from '../../contract/market-figures.ts'
import { classifySentiment, sentimentCoins, sentimentDays } from '../../contract/sentiment.ts'
import { dayMs, toUtcDay } from '../../contract/time.ts'
import { listSentiment } from '../analytics/sentiment.ts'
import { findLastCloseDay, listDailyCloses, listLargestCoins } from '../warehouse/daily-closes.ts'
import type { Db } from '../warehouse/db.ts'

/** Before a day's candles are written, the day before is the newest. */
const maxAgeDays = 7

/** The sentiment of the last `days` closed UTC days before `now` (ms since 1970). */
export async function getSentiment(db: Db, { days, now }: { days: number; now: number }): Promise<Sentiment> {
  const coinIds = await listLargestCoins(db, sentimentCoins)
  const toDay = (back: number) => toUtcDay(now - back * dayMs)
  const last = await findLastCloseDay(db, { coinIds, from: toDay(maxAgeDays), to: toDay(1) })
  if (last === null) return { value: null, value_classification: null, as_of: null, coins: 0, parts: [], history: [] }
  const toDate = (back: number) => toUtcDay(Date.parse(last) - back * dayMs)
  const from = toDate(days + sentimentDays.longTerm)
  const found = listSentiment(await listDailyCloses(db, { coinIds, from, to: last }), days).toReversed()
  const newest = found[0]
  return {
    value: newest?.value ?? null,
    value_classification: newest ? classifySentiment(newest.value) : null,
    as_of: last,
    coins: newest?.coins ?? 0,
    parts: newest?.parts ?? [],
    history: found.flatMap((day, back) => {
      if (day === null) return []
      const date = toDate(back)
      const timestamp = new Date(Date.parse(date) + dayMs).toISOString()
      return [{ timestamp, date, value: day.value, value_classification: classifySentiment(day.value) }]
    }),
  }
}
