import type { CoinOhlcv } from '@contract/charts.ts'
import type { Mode } from '@contract/units.ts'
import type { Bar } from '@/components/charts/bars'
import type { Method } from '@/components/charts/method'
import { formatDay, formatExact, formatMinute } from '@/lib/format'
import { countSingle, type Kind, min5mCandles, type Period } from './chart-state'

type Shown = { period: Period; kind: Kind; candles: CoinOhlcv['candles']; bars: readonly Bar[]; mode: Mode | undefined }

export const toSentence = ({ period, kind }: Pick<Shown, 'period' | 'kind'>): string => {
  const span = period === '1' ? 'last 24 h' : `last ${period} days`
  if (kind === 'line') return `Price in US dollars, ${span}.`
  return `${period === '1' ? '5-minute' : 'Daily'} OHLC in US dollars, ${span}.`
}

/** Notes for the legend: missing candles, a candle in progress, days of a single price. */
export function toNotes({ period, kind, candles, bars }: Shown): string[] {
  if (period === '1' && kind === 'line' && candles.length < min5mCandles)
    return [`5-minute candles appear after 12 h of streaming (so far ${candles.length * 5} min).`]
  if (kind === 'line') return []
  const single = countSingle(candles)
  const open = bars.some(({ isOpen }) => isOpen)
  return [
    ...(open ? [`${period === '1' ? 'The last candle' : "Today's candle"} is in progress.`] : []),
    ...(single > 0 && period !== '1'
      ? [`${single} days have a single price and are drawn as a dash. The line chart suits them better.`]
      : []),
    ...(period === '1' ? ['5-minute candles have no volume.'] : []),
  ]
}

export function toMethod({ period, kind, bars, mode }: Shown): Method {
  const [first, last] = [bars[0], bars.at(-1)]
  const market = mode === 'demo' ? 'Market simulator' : 'CoinGecko'
  const prices = bars.reduce((total, { samples }) => total + (samples ?? 0), 0)
  const count = formatExact(bars.length)
  return {
    about:
      kind === 'candle'
        ? `${period === '1' ? 'Open and close are the first and last price of each 5 minutes.' : 'Open and close are the prices at the two midnights (UTC) of the day. A midnight price closes one day and opens the next.'} Gaps are not filled: an interval without prices has no candle. Changes are close to close.`
        : 'Up to 1,000 evenly spaced prices, plus the lows and highs in between.',
    facts: [
      ...(first === undefined || last === undefined
        ? []
        : [
            { label: 'Period', text: `${formatDay(first.at)} to ${formatDay(last.at)}, UTC` },
            { label: 'As of', text: `${formatMinute(last.at)} UTC` },
          ]),
      {
        label: 'Observations',
        text: kind === 'candle' ? `${count} candles from ${formatExact(prices)} prices` : `${count} prices`,
      },
      ...(kind === 'candle' && period !== '1'
        ? [{ label: 'Volume', text: 'Rolling 24h volume at the close, US dollars' }]
        : []),
      { label: 'Source', text: period === '1' && kind === 'candle' ? 'Live price stream' : `${market} snapshots` },
    ],
  }
}
