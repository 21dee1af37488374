import { compareRanges } from '@contract/compare-lists.ts'
import { createLoader, parseAsArrayOf, parseAsString, parseAsStringLiteral } from 'nuqs/server'
import { shownCurrencies } from '../../../contract/shown-currencies'

const figures = ['indexed', 'price', 'drawdown', 'volatility'] as const
/** What the chart shows of each coin. `indexed`: its price, 100 on the first day. */
export type Figure = (typeof figures)[number]

const scales = ['linear', 'log'] as const
export type Scale = (typeof scales)[number]

const ranges = Object.keys(compareRanges) as (keyof typeof compareRanges)[]

/** The whole state of the page. `coins`: CoinGecko ids. */
export const compareParsers = {
  coins: parseAsArrayOf(parseAsString).withDefault(['bitcoin', 'ethereum']).withOptions({ clearOnDefault: false }),
  range: parseAsStringLiteral(ranges).withDefault('1y'),
  figure: parseAsStringLiteral(figures).withDefault('indexed'),
  scale: parseAsStringLiteral(scales).withDefault('linear'),
  currency: parseAsStringLiteral(shownCurrencies).withDefault('usd'),
}

export const loadCompareState = createLoader(compareParsers)

/** The ids, each once. */
export const toIds = (coins: readonly string[]): string[] => [...new Set(coins.map((id) => id.trim()))].filter(Boolean)

const rangeTitles = {
  '1m': '30 days',
  '3m': '90 days',
  '6m': '180 days',
  '1y': '365 days',
  '2y': '730 days',
  '5y': '1,826 days',
  max: 'All days',
} as const

export const rangeOptions = ranges.map((value) => ({
  value,
  label: value === 'max' ? 'Max' : value.toUpperCase(),
  title: rangeTitles[value],
}))

export const currencyOptions = shownCurrencies.map((value) => ({ value, label: value.toUpperCase() }))

export const figureOptions = [
  { value: 'indexed', label: 'Base 100', title: 'Price, 100 on the first day' },
  { value: 'price', label: 'Price', title: 'Closing price' },
  { value: 'drawdown', label: 'Drawdown', title: 'Decline from the highest close so far' },
  { value: 'volatility', label: 'Volatility', title: 'Rolling annualized volatility' },
] as const satisfies readonly { value: Figure; label: string; title: string }[]

export const scaleOptions = [
  { value: 'linear', label: 'Linear', title: 'Linear axis' },
  { value: 'log', label: 'Log', title: 'Logarithmic axis' },
] as const satisfies readonly { value: Scale; label: string; title: string }[]
