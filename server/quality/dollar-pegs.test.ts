import assert from 'node:assert/strict'
import { test } from 'node:test'
import { notOneDollar } from './dollar-pegs.ts'

const isOther = (id: string, symbol: string, name: string): boolean =>
  notOneDollar.ids.includes(id) || new RegExp(notOneDollar.pattern).test(`${id} ${symbol} ${name}`.toLowerCase())

const dollars: [id: string, symbol: string, name: string][] = [
  ['tether', 'usdt', 'Tether'],
  ['usd-coin', 'usdc', 'USDC'],
  ['dai', 'dai', 'Dai'],
  ['global-dollar', 'usdg', 'Global Dollar'],
  ['true-usd', 'tusd', 'TrueUSD'],
  ['crvusd', 'crvusd', 'crvUSD'],
  ['ripple-usd', 'rlusd', 'Ripple USD'],
  ['gemini-dollar', 'gusd', 'Gemini Dollar'],
  ['neutrino', 'usdn', 'Neutrino USD'],
  ['terrausd', 'ustc', 'TerraClassicUSD'],
  ['ethena-usde', 'usde', 'Ethena USDe'],
  ['usds', 'usds', 'USDS'],
  ['binance-bridged-usdt-bnb-smart-chain', 'bsc-usd', 'Binance Bridged USDT (BNB Smart Chain)'],
  ['blackrock-usd-institutional-digital-liquidity-fund', 'buidl', 'BlackRock USD Institutional Digital Liquidity Fund'],
]

const others: typeof dollars = [
  ['euro-coin', 'eurc', 'EURC'],
  ['stasis-eurs', 'eurs', 'STASIS EURO'],
  ['ageur', 'eura', 'EURA'],
  ['xsgd', 'xsgd', 'XSGD'],
  ['gyen', 'gyen', 'GYEN'],
  ['bilira', 'tryb', 'BiLira'],
  ['frankencoin', 'zchf', 'Frankencoin'],
  ['savings-dai', 'sdai', 'Savings Dai'],
  ['susds', 'susds', 'sUSDS'],
  ['ethena-staked-usde', 'susde', 'Ethena Staked USDe'],
  ['ondo-us-dollar-yield', 'usdy', 'Ondo US Dollar Yield'],
  ['wrapped-usdm', 'wusdm', 'Wrapped USDM'],
]

test('distinguishes USD stablecoins from interest-bearing ones and those of other currencies', () => {
  for (const coin of dollars) assert.equal(isOther(...coin), false, coin[0])
  for (const coin of others) assert.equal(isOther(...coin), true, coin[0])
})
