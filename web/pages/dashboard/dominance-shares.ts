import type { Dominance } from '../../../contract/market-figures.ts'

/** The parts of the market cap, from the bottom of the chart to its top. */
export const parts = [
  { key: 'bitcoin', label: 'Bitcoin', color: 'var(--series-1)' },
  { key: 'ethereum', label: 'Ethereum', color: 'var(--series-2)' },
  { key: 'stablecoins', label: 'Stablecoins', color: 'var(--series-3)' },
  { key: 'others', label: 'Others', color: 'var(--line-strong)' },
] as const

/** Shares of the market cap in percent at an instant. They sum to 100. */
export type Shares = { timestamp: string } & Record<(typeof parts)[number]['key'], number>

export const toShares = (points: Dominance): Shares[] =>
  points.map(({ timestamp, coins, stablecoins }) => {
    const share = (id: string) => coins.find(({ coingecko_id }) => coingecko_id === id)?.dominance ?? 0
    const [bitcoin, ethereum] = [share('bitcoin'), share('ethereum')]
    const others = Math.max(0, 100 - bitcoin - ethereum - stablecoins)
    return { timestamp, bitcoin, ethereum, stablecoins, others }
  })

/** The size of the drawing, which the plot stretches. */
export const plot = { width: 1000, height: 100 }

/** The area of each part, stacked in their order. */
export function toAreas(shares: readonly Shares[]): string[] {
  const x = (index: number) => ((plot.width * index) / Math.max(1, shares.length - 1)).toFixed(1)
  const sums = shares.map(() => 0)
  return parts.map(({ key }) => {
    const lower = shares.map((_, index) => `${x(index)} ${(plot.height - (sums[index] ?? 0)).toFixed(2)}`)
    const upper = shares.map((point, index) => {
      sums[index] = (sums[index] ?? 0) + point[key]
      return `${x(index)} ${(plot.height - (sums[index] ?? 0)).toFixed(2)}`
    })
    return shares.length === 0 ? '' : `M${[...upper, ...lower.toReversed()].join('L')}Z`
  })
}
