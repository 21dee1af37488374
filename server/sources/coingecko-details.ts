import type { CoinDetails, CoinMarket } from '../../contract/coin-details.ts'
import { SourceError } from '../errors.ts'
import { priceRange, valueRange } from '../ranges.ts'
import { cleanText, cutText } from '../text.ts'
import { checkNumber, checkText, checkUrl } from './boundary.ts'

/** What a source tells about a coin. */
export type FetchedDetails = Omit<CoinDetails, 'coin_id' | 'fetched_at'>

const maxDescription = 5000
const maxName = 100
const maxCategories = 20
const maxMarkets = 20

type Row = Record<string, unknown>

const toRow = (value: unknown): Row => (typeof value === 'object' && value !== null ? (value as Row) : {})
const toList = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])
const toName = (value: unknown): string | null => checkText(value, maxName).value

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  '#39': "'",
}

/** HTML as plain text: tags removed, entities decoded, paragraphs kept. */
function toPlainText(html: unknown): string | null {
  if (typeof html !== 'string') return null
  const paragraphs = html
    .replace(/<br\s*\/?>|<\/p>/gi, '\n')
    .replace(/<[^>]*>/g, '')
    .replace(/&([a-z]+|#39);/gi, (found, name: string) => entities[name.toLowerCase()] ?? found)
    .split(/[\r\n]+/)
    .map(cleanText)
    .filter((paragraph) => paragraph !== '')
  const text = cutText(paragraphs.join('\n\n'), maxDescription)
  return text === '' ? null : text
}

/** The links worth a visit, in the order of a reader's interest. */
function listLinks(links: Row): FetchedDetails['links'] {
  const repositories = toList(toRow(links.repos_url).github)
  const account = (base: string, name: unknown) =>
    typeof name === 'string' && /^\w{1,50}$/.test(name) ? `${base}${name}` : null
  const candidates: [string, unknown][] = [
    ['Website', toList(links.homepage)[0]],
    ['White paper', links.whitepaper],
    ['Explorer', toList(links.blockchain_site)[0]],
    ['Source code', repositories[0]],
    ['Forum', toList(links.official_forum_url)[0]],
    ['Reddit', links.subreddit_url],
    ['X', account('https://x.com/', links.twitter_screen_name)],
    ['Telegram', account('https://t.me/', links.telegram_channel_identifier)],
  ]
  return candidates.flatMap(([label, value]) => {
    const url = checkUrl(value).value
    return url === null ? [] : [{ label, url }]
  })
}

function toMarket(value: unknown): CoinMarket[] {
  const ticker = toRow(value)
  const [exchange, base, target] = [toName(toRow(ticker.market).name), toName(ticker.base), toName(ticker.target)]
  if (exchange === null || base === null || target === null || ticker.is_anomaly === true || ticker.is_stale === true)
    return []
  return [
    {
      exchange,
      pair: `${base}/${target}`,
      price_usd: checkNumber(toRow(ticker.converted_last).usd, priceRange).value,
      volume_usd: checkNumber(toRow(ticker.converted_volume).usd, valueRange).value,
      url: checkUrl(ticker.trade_url).value,
    },
  ]
}

/**
 * Parses a body of `/coins/{id}`. Leaves out invalid links, categories and markets, and those that CoinGecko marks as
 * stale or anomalous. Throws `SourceError` if the body isn't a coin.
 */
export function parseDetails(body: unknown): FetchedDetails {
  const row = toRow(body)
  if (typeof row.id !== 'string')
    throw new SourceError('coingecko', 'broken', 'CoinGecko sent no coin. Retrying automatically.')
  const markets = toList(row.tickers).flatMap(toMarket)
  return {
    description: toPlainText(toRow(row.description).en),
    links: listLinks(toRow(row.links)),
    categories: toList(row.categories)
      .map(toName)
      .filter((name) => name !== null)
      .slice(0, maxCategories),
    markets: markets.toSorted((a, b) => (b.volume_usd ?? 0) - (a.volume_usd ?? 0)).slice(0, maxMarkets),
  }
}
