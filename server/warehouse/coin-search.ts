import { sql } from 'kysely'
import type { Db } from './db.ts'

/** From this length on a typo is tolerated; from the second on two. */
const minTypoLength = 4
const minTwoTypoLength = 8

/**
 * Text for comparison: without case, and with composed and decomposed letters alike. Accents of Latin, Greek and Cyrillic
 * letters are removed.
 */
export const normalizeText = (text: string): string => (plain.test(text) ? text.toLowerCase().trim() : fold(text))

const plain = /^[ -~]*$/

const fold = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/([\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}])\p{M}+/gu, '$1')
    .normalize('NFKC')
    .toUpperCase()
    .toLowerCase()
    .replaceAll('ς', 'σ')
    .trim()

/**
 * How many insertions, deletions, substitutions and swaps of neighbors lead from one text to another; anything above
 * `max` counts as `max + 1`.
 */
export function countTypos(from: string, to: string, max: number): number {
  if (Math.abs(from.length - to.length) > max) return max + 1
  let [before, last]: [number[], number[]] = [[], Array.from({ length: to.length + 1 }, (_, column) => column)]
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row]
    for (let column = 1; column <= to.length; column += 1) {
      const same = from[row - 1] === to[column - 1]
      const swapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
      current[column] = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
        swapped ? (before[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      )
    }
    if (Math.min(...current) > max) return max + 1
    ;[before, last] = [last, current]
  }
  return Math.min(last[to.length] ?? 0, max + 1)
}

const toWords = (text: string): string[] => text.split(/[\s-]+/).filter(Boolean)

/** Does a word, or its beginning, equal the wanted one but for typos? The first letter must be right. */
function isNear(wanted: string, word: string): boolean {
  if (wanted.length < minTypoLength || wanted[0] !== word[0]) return false
  const max = wanted.length < minTwoTypoLength ? 1 : 2
  const starts = [word, word.slice(0, wanted.length), word.slice(0, wanted.length + 1)]
  return starts.some((start) => countTypos(wanted, start, max) <= max)
}

export type SearchableCoin = { coin_id: number; name: string; symbol: string; coingecko_id: string; rank: number }

const typoTier = 3

/** How well a coin matches: 0 equal, 1 a start, 2 a part, 3 but for typos; null: not at all. */
function toTier(coin: SearchableCoin, wanted: string, words: readonly string[]): number | null {
  const fields = [coin.symbol, coin.name, coin.coingecko_id].map(normalizeText)
  if (fields.includes(wanted)) return 0
  if (fields.some((field) => field.startsWith(wanted))) return 1
  if (fields.some((field) => field.includes(wanted))) return 2
  if (words.every((word) => fields.some((field) => field.includes(word)))) return 2
  const known = [...fields, ...fields.flatMap(toWords)]
  return words.every((word) => known.some((each) => each.startsWith(word) || isNear(word, each))) ? typoTier : null
}

/**
 * The ids of the coins whose name, symbol or CoinGecko id match a text, best first, then by rank. A match with typos counts
 * only when it ranks above every match without: it corrects the name of a larger coin.
 */
export function matchCoins(coins: readonly SearchableCoin[], text: string): number[] {
  const wanted = normalizeText(text)
  const words = toWords(wanted)
  if (words.length === 0) words.push(wanted)
  const found = coins.flatMap((coin) => {
    const tier = toTier(coin, wanted, words)
    return tier === null ? [] : [{ ...coin, tier }]
  })
  const best = Math.min(...found.map(({ tier, rank }) => (tier === typoTier ? Number.POSITIVE_INFINITY : rank)))
  return found
    .filter(({ tier, rank }) => tier !== typoTier || rank < best)
    .sort((a, b) => a.tier - b.tier || a.rank - b.rank || a.coin_id - b.coin_id)
    .map(({ coin_id }) => coin_id)
}

/** The ids of the tracked coins that match a text, best first. Unranked coins come last. */
export async function searchCoins(db: Db, text: string): Promise<number[]> {
  const { rows } = await sql<SearchableCoin>`select coin_id, name, symbol, coingecko_id,
      coalesce(market_cap_rank, 2147483647) as rank from mv_latest_market_data`.execute(db)
  return matchCoins(rows, text)
}
