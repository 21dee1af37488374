import type { Interval } from '@contract/intervals.ts'
import type { Mode } from '@contract/units.ts'
import type { Bar } from '@/components/charts/bars'
import type { Method } from '@/components/charts/method'
import type { ChartKind } from '@/components/charts/scene'
import { formatDay, formatExact, formatMinute } from '@/lib/format'
import { findExchangeEnd, toMarketName, toSourceName } from './candle-source'
import { countSingle } from './chart-state'
import type { RangeCandles } from './coin-queries'

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
  data: RangeCandles | undefined
}

const isLong = (interval: Interval): boolean => interval === '1d' || interval === '1w'

export const toSentence = ({ interval, rangeText }: Pick<Shown, 'interval' | 'rangeText'>): string =>
  `${intervalNames[interval].adjective} OHLC in US dollars, ${rangeText}.`

/** The market of the exchange whose candles are shown; null: none. */
const findMarket = ({ data, mode }: Shown): string | null => (data === undefined ? null : toMarketName(data, mode))

/** Where the candles come from, if they are of an exchange, and those after them. */
function toSourceNotes(shown: Shown): string[] {
  const market = findMarket(shown)
  const { data, mode, bars } = shown
  const end = data === undefined ? null : findExchangeEnd(data)
  const last = bars.at(-1)
  if (market === null || data === undefined || end === null || last === undefined) return []
  const rest = last.time < end ? '' : ` Later ones: ${toSourceName(data, last.time, mode)}.`
  return [`Candles and volume of ${market}, converted to US dollars.${rest}`]
}

/** Notes for the legend: the source, a candle in progress, candles of a single price, missing volume. */
export function toNotes(shown: Shown): string[] {
  const { interval, bars } = shown
  const single = countSingle(bars.map(({ samples }) => ({ samples: samples ?? 2 })))
  const hasVolume = isLong(interval) || findMarket(shown) !== null
  return [
    ...toSourceNotes(shown),
    ...(bars.some(({ isOpen }) => isOpen) ? ['The last candle is in progress.'] : []),
    ...(single > 0 ? [`${formatExact(single)} candles have a single price and are drawn as a dash.`] : []),
    ...(hasVolume ? [] : ['Volume is known per day, so candles shorter than a day have none.']),
  ]
}

const definitions: Partial<Record<Interval, string>> = {
  '1d': 'Open and close are the prices at the two midnights (UTC) of the day. A midnight price closes one day and opens the next.',
  '1w': 'Weeks open on Monday (UTC). They join the candles of their days.',
}

export function toMethod(shown: Shown): Method {
  const { interval, bars, mode } = shown
  const exchange = findMarket(shown)
  const [first, last] = [bars[0], bars.at(-1)]
  const market = mode === 'demo' ? 'Market simulator' : 'CoinGecko'
  const prices = bars.reduce((total, { samples }) => total + (samples ?? 0), 0)
  const ofExchange =
    'Open and close are the first and last trade, high and low the extremes of all trades on the market, as the exchange reports them. Prices are converted with the rate of the quote currency at the end of the candle.'
  const short = `Open and close are the first and last price of ${intervalNames[interval].span}. Each candle comes from the live stream or from the snapshots, whichever has more prices in it.`
  return {
    about: `${exchange === null ? (definitions[interval] ?? short) : ofExchange} Gaps are not filled: an interval without prices has no candle. Changes are close to close. Indicators are computed over the candles, including the one in progress; EMAs start as the mean of their first period, and RSI and ATR use Wilder's smoothing.`,
    facts: [
      ...(first === undefined || last === undefined
        ? []
        : [
            { label: 'Period', text: `${formatDay(first.at)} to ${formatDay(last.at)}, UTC` },
            { label: 'As of', text: `${formatMinute(last.at)} UTC` },
          ]),
      {
        label: 'Observations',
        text: `${formatExact(bars.length)} candles${exchange === null ? ` from ${formatExact(prices)} prices` : ''}`,
      },
      ...(exchange === null ? [] : [{ label: 'Volume', text: `Traded on ${exchange}, US dollars` }]),
      ...(exchange === null && isLong(interval)
        ? [
            {
              label: 'Volume',
              text: `${interval === '1w' ? 'Sum of the days: rolling' : 'Rolling'} 24h volume at the close, US dollars`,
            },
          ]
        : []),
      {
        label: 'Source',
        text: exchange ?? (isLong(interval) ? `${market} snapshots` : `Live price stream and ${market} snapshots`),
      },
    ],
  }
}
