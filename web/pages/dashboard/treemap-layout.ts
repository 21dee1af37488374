import type { Coin, CoinList } from '@contract/coins.ts'
import { type HierarchyRectangularNode, hierarchy, treemap, treemapSquarify } from 'd3-hierarchy'

/** The default coins of the map: the 100 largest. */
export const treemapCoins = { per_page: 100, sort_by: 'market_cap', sort_dir: 'desc' } as const

const unused = [
  'category',
  'created_at',
  'high_24h',
  'low_24h',
  'fully_diluted_valuation',
  'circulating_supply',
  'total_supply',
  'max_supply',
  'ath',
  'ath_date',
  'ath_change_pct',
  'price_change_1y_pct',
  'reference_price_1y',
  'stale_since',
] as const

/** A coin with what the map shows. The page carries a hundred of them. */
export type MapCoin = Omit<Coin, (typeof unused)[number]>
export type MapList = Omit<CoinList, 'items'> & { items: MapCoin[] }

/** The list with only what the map shows. */
export const toMapList = ({ items, ...list }: CoinList): MapList => ({
  ...list,
  items: items.map((coin) => {
    const shown: Partial<Coin> = { ...coin }
    for (const field of unused) delete shown[field]
    return shown as MapCoin
  }),
})

/** Whether a coin is on the map: it needs a market cap that counts in the totals. */
export const isOnMap = ({ market_cap, stale_reason }: Pick<Coin, 'market_cap' | 'stale_reason'>): boolean =>
  market_cap !== null && stale_reason !== 'missing'

type Sized = { market_cap: number | null }

/** In percent of the frame. */
export type Box = { left: number; top: number; width: number; height: number }
export type Tile<T> = Box & { coin: T }
/** A part of the map. `hasHead`: there is room for its head above its tiles. `share`: of all market cap, in percent. */
export type Part = Box & { key: string; share: number; hasHead: boolean }

type FrameSize = {
  /** Width / height. */
  ratio: number
  /** Groups the coins into parts with a head of `headHeight` percent of the frame. */
  groups?: { toKey: (coin: never) => string; headHeight: number } | undefined
}

/** A part that is lower or narrower than so many heights of its head has none. */
const minHeads = { height: 3, width: 4 }
/** Space around the tiles of a part, in percent of the frame's height. */
const partGap = 0.4

type Node<T> = { coin: T | null; key?: string; children?: Node<T>[] }
type Laid<T> = HierarchyRectangularNode<Node<T>>

const hasHead = <T>({ x0, x1, y0, y1, depth }: Laid<T>, head: number): boolean =>
  depth === 1 && y1 - y0 >= minHeads.height * head && x1 - x0 >= minHeads.width * head

function toNodes<T extends Sized>(coins: readonly T[], groups: FrameSize['groups']): Node<T>[] {
  const leaves = coins.filter(({ market_cap }) => market_cap !== null)
  if (groups === undefined) return leaves.map((coin) => ({ coin }))
  const parts = new Map<string, Node<T>[]>()
  for (const coin of leaves) {
    const key = groups.toKey(coin as never)
    const part = parts.get(key) ?? []
    part.push({ coin })
    parts.set(key, part)
  }
  return [...parts].map(([key, children]) => ({ coin: null, key, children }))
}

/**
 * Rectangles of the coins, and of the parts they are grouped into. Areas are proportional to market cap, but for the heads
 * of parts.
 */
export function layOutMap<T extends Sized>(
  coins: readonly T[],
  { ratio, groups }: FrameSize,
): { tiles: Tile<T>[]; parts: Part[] } {
  const root = hierarchy<Node<T>>({ coin: null, children: toNodes(coins, groups) })
    .sum(({ coin }) => coin?.market_cap ?? 0)
    .sort((a, b) => (b.value ?? 0) - (a.value ?? 0))
  const head = groups?.headHeight ?? 0
  const layout = treemap<Node<T>>()
    .tile(treemapSquarify.ratio(1.2))
    .size([100 * ratio, 100])
    .round(false)
  if (groups !== undefined)
    layout
      .paddingTop((node) => (hasHead(node as Laid<T>, head) ? head : 0))
      .paddingRight((node) => (node.depth === 1 ? partGap : 0))
      .paddingBottom((node) => (node.depth === 1 ? partGap : 0))
  const laid = layout(root)
  const toBox = ({ x0, x1, y0, y1 }: Laid<T>): Box => ({
    left: x0 / ratio,
    top: y0,
    width: (x1 - x0) / ratio,
    height: y1 - y0,
  })
  return {
    tiles: laid.leaves().flatMap((node) => (node.data.coin === null ? [] : [{ coin: node.data.coin, ...toBox(node) }])),
    parts: (groups === undefined ? [] : (laid.children ?? [])).map((node) => ({
      key: node.data.key ?? '',
      share: ((node.value ?? 0) / (laid.value ?? 1)) * 100,
      hasHead: hasHead(node, head),
      ...toBox(node),
    })),
  }
}

/** The index of the tile at a point, in percent of the frame; -1 when there is none. */
export const findTile = <T>(tiles: readonly Tile<T>[], x: number, y: number): number =>
  tiles.findIndex(({ left, top, width, height }) => x >= left && x < left + width && y >= top && y < top + height)
