import type { CoinOhlcv } from '@contract/charts.ts'
import type { Mode } from '@contract/units.ts'
import type { Bar } from '@/components/charts/bars'
import type { Method } from '@/components/charts/method'
import { formatDay, formatExact, formatMinute } from '@/lib/format'
import { countSingle, dayOf5m, type Kind, type Period } from './chart-state'

type Shown = { period: Period; kind: Kind; candles: CoinOhlcv['candles']; bars: readonly Bar[]; mode: Mode | undefined }

export const toSentence = ({ period, kind }: Pick<Shown, 'period' | 'kind'>): string => {
  const span = period === '1' ? 'the last 24 hours' : `the last ${period} days`
  if (kind === 'line') return `The price in US dollars over ${span}.`
  return period === '1'
    ? 'Where the price moved in each 5 minutes of the last 24 hours, in US dollars.'
    : `Where the price moved on each of ${span}, in US dollars.`
}

const toWaiting = (count: number): string =>
  `Candles of 5 minutes take its place once 12 hours of the live stream are there; so far ${count === 0 ? 'none is' : `${count * 5} minutes are`}.`

/** What a reader of the legend must know of these candles besides. */
export function toNotes({ period, kind, candles, bars }: Shown): string[] {
  if (period === '1' && kind === 'line' && candles.length < dayOf5m / 2) return [toWaiting(candles.length)]
  if (kind === 'line') return []
  const single = countSingle(candles)
  const open = bars.some(({ isOpen }) => isOpen)
  const now = period === '1' ? 'The last candle' : "Today's candle"
  return [
    ...(open ? [`${now} is still open and moves with the price.`] : []),
    ...(single > 0 && period !== '1'
      ? [`Of ${single} days only one price is known: they are drawn as a dash, and the line tells them better.`]
      : []),
    ...(period === '1' ? ['Candles of the live stream have no volume.'] : []),
  ]
}

export function toMethod({ period, kind, bars, mode }: Shown): Method {
  const [first, last] = [bars[0], bars.at(-1)]
  const market = mode === 'demo' ? 'the market simulator' : 'CoinGecko'
  const source =
    period === '1' && kind === 'candle' ? 'the live price stream' : `snapshots of ${market}, every 10 minutes`
  const prices = bars.reduce((total, { samples }) => total + (samples ?? 0), 0)
  const count = formatExact(bars.length)
  return {
    about:
      kind === 'candle'
        ? `${period === '1' ? 'Open and close are the first and last price of each 5 minutes.' : 'Open and close are the prices at both midnights (UTC) of the day: each midnight closes one day and opens the next.'} Nothing is filled in: a time without a price has no candle. The change is close to close.`
        : 'Prices spread evenly over the period, up to 1,000, plus the lowest and highest in between.',
    facts: [
      ...(first === undefined || last === undefined
        ? []
        : [
            { label: 'Period', text: `${formatDay(first.at)} to ${formatDay(last.at)}, UTC` },
            { label: 'As of', text: `${formatMinute(last.at)} UTC` },
          ]),
      {
        label: 'Observations',
        text: kind === 'candle' ? `${count} candles of ${formatExact(prices)} prices` : `${count} prices`,
      },
      ...(kind === 'candle' && period !== '1'
        ? [{ label: 'Volume', text: 'Rolling 24h volume at the close, US dollars' }]
        : []),
      { label: 'Source', text: source },
    ],
  }
}
