import type { Comparison } from '../../../contract/compare.ts'
import type { ChartColors } from '../../components/charts/colors.ts'
import { formatFixed, formatFraction, formatPrice, unknown } from '../../lib/format.ts'
import { toCurrency } from '../../lib/preferences.ts'
import type { Figure, Scale } from './compare-url-state.ts'

export type ComparedCoin = Comparison['coins'][number]

/** Lines of one style: further ones are dashed, since more colors than these are hard to tell apart. */
const solidLines = 5

export type LineColor = Extract<keyof ChartColors, `compare-${number}`>
export type LineStyle = { color: LineColor; isDashed: boolean }

export const toLineStyle = (index: number): LineStyle => ({
  color: `compare-${index + 1}` as LineColor,
  isDashed: index >= solidLines,
})

type CompareLine = LineStyle & { id: string; name: string; symbol: string; values: (number | null)[] }

/** What the chart shows: a value of each line at each of `times`, in ms since 1970. */
export type CompareScene = {
  times: number[]
  lines: CompareLine[]
  figure: Figure
  scale: Scale
  currency: string
  colors: ChartColors
}

const readers: Record<Figure, (coin: ComparedCoin) => (number | null)[]> = {
  indexed: ({ prices }) => prices.map((price) => (100 * price) / (prices[0] ?? price)),
  price: ({ prices }) => prices,
  drawdown: ({ drawdowns }) => drawdowns,
  volatility: ({ rolling_volatility }) => rolling_volatility,
}

/** Only figures above 0 have a logarithm. */
export const hasLog = (figure: Figure): boolean => figure === 'indexed' || figure === 'price'

export const toScene = (
  { dates, coins, vs_currency }: Comparison,
  { figure, scale }: { figure: Figure; scale: Scale },
): Omit<CompareScene, 'colors'> => ({
  times: dates.map((date) => Date.parse(date)),
  lines: coins.map((coin, index) => ({
    id: coin.coingecko_id,
    name: coin.name,
    symbol: coin.symbol.toUpperCase(),
    values: readers[figure](coin),
    ...toLineStyle(index),
  })),
  figure,
  scale: hasLog(figure) ? scale : 'linear',
  currency: vs_currency,
})

/** A value as the legend, the axis and the table show it. */
export function formatFigure(value: number | null, figure: Figure, currency: string): string {
  if (value === null) return unknown
  if (figure === 'indexed') return formatFixed(value, 1)
  return figure === 'price' ? formatPrice(value, toCurrency(currency)) : formatFraction(value, 1)
}
