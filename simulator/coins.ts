import { hash, keyOf, uniform } from './hash.ts'
import { known } from './known-coins.ts'

/** The constant properties of a coin. `peg`: its price is `price` times the price of this coin or of a dollar. */
export type SimulatedCoin = {
  id: string
  coincap_id: string
  symbol: string
  name: string
  key: number
  sector: number
  /** Approximate price in USD at the anchor, or the ratio to the peg. */
  price: number
  peg: string | null
  circulating_supply: number
  total_supply: number | null
  max_supply: number | null
  /** Its own annualized volatility, and its exposure to market and sector moves. */
  volatility: number
  beta: number
  sector_beta: number
  /** The first second with a price. */
  born: number
  /** Listed without a price, like a dead coin. */
  inactive: boolean
  /** An unknown supply means market cap 0 and no rank. */
  unknown_supply: boolean
}

export const dollar = 'usd'
export const sectorCount = 6

const firstWords =
  'Astra Boreal Cinder Delta Ember Fable Glimmer Harbor Indigo Juniper Kestrel Lumen Meridian Nimbus Orchid Prism Quartz Raven Solstice Tundra Umbra Velvet Willow Xenon Yonder Zephyr'.split(
    ' ',
  )
const secondWords = 'Chain Cash Coin Doge DAO Finance Inu Labs Link Mesh Network Pay Protocol Swap Token Verse'.split(
  ' ',
)

const second = (year: number, month = 0, day = 1): number => Date.UTC(year, month, day) / 1000

/** Properties derived from the key. */
const traits = (key: number) => ({
  sector: hash(key, 1) % sectorCount,
  volatility: 0.25 + 0.9 * uniform(key, 2) ** 2,
  beta: 0.7 + 0.8 * uniform(key, 3),
  sector_beta: 0.3 + 0.6 * uniform(key, 4),
})

const supplies = (key: number, circulating: number) => ({
  circulating_supply: circulating,
  total_supply: uniform(key, 5) < 0.06 ? null : Math.round(circulating * (1 + 0.4 * uniform(key, 6))),
  max_supply: uniform(key, 7) < 0.5 ? null : Math.round(circulating * (1.4 + uniform(key, 8))),
})

function toKnown(line: string, seed: number): SimulatedCoin {
  const [id = '', symbol = '', name = '', price = '', supply = '', year = '2018', peg = '', coincapId = ''] =
    line.split('|')
  const key = keyOf(id, seed)
  return {
    id,
    coincap_id: coincapId || id,
    symbol,
    name,
    key,
    ...traits(key),
    price: Number(price),
    peg: peg || null,
    ...supplies(key, Number(supply)),
    ...(id === 'bitcoin'
      ? { volatility: 0.12, beta: 1, sector_beta: 0, total_supply: Number(supply), max_supply: 21_000_000 }
      : {}),
    born: second(Number(year), hash(key, 9) % 12),
    inactive: false,
    unknown_supply: false,
  }
}

/** Prices from 1e-9 to about 100 USD, and market caps by a power law. Every 40th coin is new or not listed yet. */
function toInvented(index: number, seed: number): SimulatedCoin {
  const key = keyOf(`coin ${index}`, seed)
  const words = [firstWords[hash(key, 10) % firstWords.length], secondWords[hash(key, 11) % secondWords.length]]
  const name = `${words.join(' ')} ${index}`
  const price = 10 ** (uniform(key, 12) ** 0.6 * 11 - 9)
  const cap = 2.2e9 * (60 / index) ** 1.7 * (0.8 + 0.4 * uniform(key, 13))
  const born = index % 40 === 0 ? second(2026, 5) + 3.2e7 * uniform(key, 14) : second(2018) + 2e8 * uniform(key, 14)
  const id = name.toLowerCase().replaceAll(' ', '-')
  return {
    id,
    coincap_id: id,
    symbol: words
      .map((word) => word?.slice(0, 2))
      .join('')
      .toLowerCase(),
    name,
    key,
    ...traits(key),
    price,
    peg: null,
    ...supplies(key, cap / price),
    born: Math.floor(born),
    inactive: index >= 200 && hash(key, 15) % 97 === 0,
    unknown_supply: index >= 100 && hash(key, 16) % 61 === 0,
  }
}

/** The coins of a market: real ones first, then invented ones. A coin doesn't depend on `count`. */
export function createCoins(seed: number, count: number): SimulatedCoin[] {
  return Array.from({ length: count }, (_, index) => {
    const line = known[index]
    return line === undefined ? toInvented(index, seed) : toKnown(line, seed)
  })
}
