import { dayMs, hourMs } from '../../contract/time.ts'
import { type ExchangeMarket, type Quote, quoteCoins, quotes } from '../exchange-candles.ts'
import type { CandleCoin, Coverage, StoredMarket } from '../warehouse/exchange-markets.ts'
import { type ExchangeSessions, isTransient } from './exchange-sessions.ts'

/** Relative difference of a market's price from its coin's above which it is another coin. */
export const maxDifference = 0.05
/** A snapshot older than this says nothing about a price. */
const maxPriceAgeMs = hourMs
/** How long the comparison of a price counts. */
const checkedForMs = dayMs
/** While its exchange can't be reached, a market whose candles end less than this ago is waited for. */
const maxWaitMs = 2 * dayMs

/** A market that a coin could use. `stored`: it is known already. */
export type Candidate = { market: ExchangeMarket; stored: StoredMarket | undefined }

/** The quote currencies whose rate is known: that of their tracked coins. */
const listQuotes = (coins: readonly CandleCoin[]): Quote[] =>
  quotes.filter(
    (quote) => quoteCoins[quote] === null || coins.some(({ coingecko_id }) => coingecko_id === quoteCoins[quote]),
  )

/** Does the price of the coin convert a quote currency? */
export const isQuoteCoin = ({ coingecko_id }: CandleCoin): boolean =>
  Object.values(quoteCoins).some((id) => id === coingecko_id)

/** Coins whose prices convert quote currencies come first, then the best rank. */
export const orderCoins = (coins: readonly CandleCoin[]): CandleCoin[] => [
  ...coins.filter(isQuoteCoin),
  ...coins.filter((coin) => !isQuoteCoin(coin)),
]

type Known = {
  coins: readonly CandleCoin[]
  stored: readonly StoredMarket[]
  /** The range of daily candles of a stored market. */
  findCoverage: (marketId: number) => Coverage | undefined
  now: number
}

/**
 * The markets that each coin could use, in order of the exchanges. A coin whose market is on an exchange that can't be
 * reached at the moment waits for it: it has none.
 */
export async function listCandidates(
  sessions: ExchangeSessions,
  { coins, stored, findCoverage, now }: Known,
): Promise<Map<number, Candidate[]>> {
  const candidates = new Map<number, Candidate[]>(coins.map(({ coin_id }) => [coin_id, []]))
  const waiting = new Set<number>()
  const allowed = listQuotes(coins)
  const ids = coins.map(({ coingecko_id }) => coingecko_id)
  for (const id of sessions.ids) {
    const listed = await sessions.listMarkets(id, ids, allowed)
    const problem = sessions.failed.get(id)
    for (const { coin_id, coingecko_id } of coins) {
      const held = stored.find(
        (market) => market.coin_id === coin_id && market.exchange === id && market.reason === null,
      )
      const end = held === undefined ? undefined : findCoverage(held.id)?.to
      if (
        problem !== undefined &&
        isTransient(problem) &&
        end !== undefined &&
        end > now - maxWaitMs &&
        candidates.get(coin_id)?.length === 0
      )
        waiting.add(coin_id)
      const market = listed.get(coingecko_id)
      if (market === undefined || waiting.has(coin_id)) continue
      const isSame = (known: StoredMarket) =>
        known.coin_id === coin_id && known.exchange === id && known.symbol === market.symbol
      candidates.get(coin_id)?.push({ market, stored: stored.find(isSame) })
    }
  }
  return candidates
}

/** Must the price of a market be compared with its coin's again? That of a refused one always. */
export const isCheckDue = ({ stored }: Candidate, now: number): boolean =>
  stored === undefined || stored.reason !== null || stored.checked_at <= now - checkedForMs

const toUsd = (price: number): string => `$${Number(price.toPrecision(6))}`

/**
 * Why the newest price of a market is not that of its coin; null: it is. Undefined when it can't be compared: a price is
 * missing or old.
 */
export function findRefusal(
  coin: CandleCoin,
  {
    market,
    last,
    coins,
    now,
  }: { market: ExchangeMarket; last: number | null; coins: readonly CandleCoin[]; now: number },
): string | null | undefined {
  const quoteCoin = quoteCoins[market.quote]
  const rate = quoteCoin === null ? 1 : coins.find(({ coingecko_id }) => coingecko_id === quoteCoin)?.price_usd
  const { price_usd, priced_at } = coin
  if (last === null || rate == null || price_usd === null || (priced_at ?? 0) < now - maxPriceAgeMs) return undefined
  const price = last * rate
  if (Math.abs(price / price_usd - 1) <= maxDifference) return null
  return `It costs ${toUsd(price)}, CoinGecko's price of ${coin.coingecko_id} is ${toUsd(price_usd)}: more than ${maxDifference * 100}% apart.`
}
