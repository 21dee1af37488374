import type { CoinOhlcv } from '../../../../contract/charts.ts'
import type { ChartTable, Column } from '../../../components/charts/chart-table.ts'
import { formatCompactUsd, formatDay, formatFixed, formatSignedFraction, toAxisDecimals } from '../../../lib/format.ts'

type Candle = CoinOhlcv['candles'][number]

/** A closed day. `change`: close to close, a fraction; null without both closes. */
type Day = Candle & { change: number | null }

/** Closed days, newest first. `candles` are oldest first. */
export const listDays = (candles: readonly Candle[]): Day[] =>
  candles
    .map((candle) => ({ ...candle, change: candle.change_pct === null ? null : candle.change_pct / 100 }))
    .reverse()

/** The closed days of a coin. All prices have the same number of decimals. */
export function toHistoryTable(name: string, candles: readonly Candle[]): ChartTable<Day> {
  const prices = candles.flatMap(({ low, high }) => [low, high])
  const decimals = candles.length === 0 ? 2 : toAxisDecimals(Math.min(...prices), Math.max(...prices))
  const price = (label: string, key: 'open' | 'high' | 'low' | 'close'): Column<Day> => ({
    label,
    field: `${key}_usd`,
    value: (day) => day[key],
    text: (day) => formatFixed(day[key], decimals),
    numeric: true,
  })
  return {
    caption: `Daily history of ${name}`,
    columns: [
      { label: 'Date (UTC)', field: 'date', value: ({ date }) => date, text: ({ date }) => formatDay(date) },
      price('Open ($)', 'open'),
      price('High ($)', 'high'),
      price('Low ($)', 'low'),
      price('Close ($)', 'close'),
      {
        label: 'Change',
        field: 'return',
        value: ({ change }) => change,
        text: ({ change }) => formatSignedFraction(change),
        numeric: true,
      },
      {
        label: 'Volume',
        field: 'volume_usd',
        value: ({ volume }) => volume,
        text: ({ volume }) => formatCompactUsd(volume),
        numeric: true,
      },
    ],
    items: listDays(candles),
    toKey: ({ date }) => date,
  }
}
