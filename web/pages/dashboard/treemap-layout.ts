import type { Coin } from '@contract/coins.ts'
import { hierarchy, treemap, treemapSquarify } from 'd3-hierarchy'

/** The default coins of the map: the 100 largest. */
export const treemapCoins = { per_page: 100, sort_by: 'market_cap', sort_dir: 'desc' } as const

/** Whether a coin is on the map: it needs a market cap that counts in the totals. */
export const isOnMap = ({ market_cap, stale_reason }: Pick<Coin, 'market_cap' | 'stale_reason'>): boolean =>
  market_cap !== null && stale_reason !== 'missing'

type Sized = { market_cap: number | null }
export type Tile<T> = { coin: T; left: number; top: number; width: number; height: number }

/** Rectangles in percent of a frame with the given aspect ratio. Areas are proportional to market cap. */
export function layOutTreemap<T extends Sized>(coins: readonly T[], ratio: number): Tile<T>[] {
  type Node = { coin: T | null; children?: Node[] }
  const children = coins.filter(({ market_cap }) => market_cap !== null).map((coin): Node => ({ coin }))
  const root = hierarchy<Node>({ coin: null, children })
    .sum(({ coin }) => coin?.market_cap ?? 0)
    .sort((a, b) => (b.value ?? 0) - (a.value ?? 0))
  const laid = treemap<Node>()
    .tile(treemapSquarify.ratio(1.2))
    .size([100 * ratio, 100])
    .round(false)(root)
  return laid.leaves().flatMap(({ data, x0, x1, y0, y1 }) => {
    if (data.coin === null) return []
    return [{ coin: data.coin, left: x0 / ratio, top: y0, width: (x1 - x0) / ratio, height: y1 - y0 }]
  })
}

/** The index of the tile at a point, in percent of the frame; -1 when there is none. */
export const findTile = <T>(tiles: readonly Tile<T>[], x: number, y: number): number =>
  tiles.findIndex(({ left, top, width, height }) => x >= left && x < left + width && y >= top && y < top + height)
