import type { Interval } from '@contract/intervals.ts'
import type { Mode } from '@contract/units.ts'
import type { Bar } from '@/components/charts/bars'
import type { Method } from '@/components/charts/method'
import type { ChartKind } from '@/components/charts/scene'
import { formatDay, formatExact, formatMinute } from '@/lib/format'
import { countSingle } from './chart-state'

export const intervalNames: Record<Interval, { span: string; adjective: string }> = {
  '1m': { span: 'one minute', adjective: '1-minute' },
  '5m': { span: '5 minutes', adjective: '5-minute' },
  '15m': { span: '15 minutes', adjective: '15-minute' },
  '1h': { span: 'one hour', adjective: 'Hourly' },
  '4h': { span: '4 hours', adjective: '4-hour' },
  '1d': { span: 'one day', adjective: 'Daily' },
  '1w': { span: 'one week', adjective: 'Weekly' },
}

type Shown = {
  /** `last 90 days`. */
  rangeText: string
  interval: Interval
  kind: ChartKind
  bars: readonly Bar[]
  mode: Mode | undefined
}

const isLong = (interval: Interval): boolean => interval === '1d' || interval === '1w'

export const toSentence = ({ interval, rangeText }: Pick<Shown, 'interval' | 'rangeText'>): string =>
  `${intervalNames[interval].adjective} OHLC in US dollars, ${rangeText}.`

/** Notes for the legend: a candle in progress, candles of a single price, missing volume. */
export function toNotes({ interval, bars }: Shown): string[] {
  const single = countSingle(bars.map(({ samples }) => ({ samples: samples ?? 2 })))
  return [
    ...(bars.some(({ isOpen }) => isOpen) ? ['The last candle is in progress.'] : []),
    ...(single > 0 ? [`${formatExact(single)} candles have a single price and are drawn as a dash.`] : []),
    ...(isLong(interval) ? [] : ['Volume is known per day, so candles shorter than a day have none.']),
  ]
}

const definitions: Partial<Record<Interval, string>> = {
  '1d': 'Open and close are the prices at the two midnights (UTC) of the day. A midnight price closes one day and opens the next.',
  '1w': 'Weeks open on Monday (UTC). They join the candles of their days.',
}

export function toMethod({ interval, bars, mode }: Shown): Method {
  const [first, last] = [bars[0], bars.at(-1)]
  const market = mode === 'demo' ? 'Market simulator' : 'CoinGecko'
  const prices = bars.reduce((total, { samples }) => total + (samples ?? 0), 0)
  const short = `Open and close are the first and last price of ${intervalNames[interval].span}. Each candle comes from the live stream or from the snapshots, whichever has more prices in it.`
  return {
    about: `${definitions[interval] ?? short} Gaps are not filled: an interval without prices has no candle. Changes are close to close. Indicators are computed over the candles, including the one in progress; EMAs start as the mean of their first period, and RSI and ATR use Wilder's smoothing.`,
    facts: [
      ...(first === undefined || last === undefined
        ? []
        : [
            { label: 'Period', text: `${formatDay(first.at)} to ${formatDay(last.at)}, UTC` },
            { label: 'As of', text: `${formatMinute(last.at)} UTC` },
          ]),
      { label: 'Observations', text: `${formatExact(bars.length)} candles from ${formatExact(prices)} prices` },
      ...(isLong(interval)
        ? [
            {
              label: 'Volume',
              text: `${interval === '1w' ? 'Sum of the days: rolling' : 'Rolling'} 24h volume at the close, US dollars`,
            },
          ]
        : []),
      { label: 'Source', text: isLong(interval) ? `${market} snapshots` : `Live price stream and ${market} snapshots` },
    ],
  }
}
