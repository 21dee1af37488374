import { keyOf } from './hash.ts'
import type { Market } from './model.ts'
import { ripple } from './path.ts'

type Rate = { name: string; unit: string; value: number; type: 'fiat' | 'crypto' | 'commodity' }

/** Currencies with a fixed US dollar value, around which they move: code|name|unit|USD per unit|type. */
const currencies = `
usd|US Dollar|$|1|fiat
eur|Euro|€|1.09|fiat
gbp|British Pound Sterling|£|1.27|fiat
jpy|Japanese Yen|¥|0.0067|fiat
chf|Swiss Franc|Fr.|1.13|fiat
cad|Canadian Dollar|CA$|0.73|fiat
aud|Australian Dollar|A$|0.66|fiat
cny|Chinese Yuan|¥|0.139|fiat
inr|Indian Rupee|₹|0.0119|fiat
krw|South Korean Won|₩|0.00073|fiat
brl|Brazil Real|R$|0.18|fiat
xau|Gold - Troy Ounce|XAU|2650|commodity
xag|Silver - Troy Ounce|XAG|31|commodity`
  .trim()
  .split('\n')
  .map((line) => {
    const [code = '', name = '', unit = '', usd = '', type = ''] = line.split('|')
    return { code, name, unit, usd: Number(usd), type: type as Rate['type'] }
  })

/** Coins whose own price is their value: code|coin|name. */
const coins = [
  ['btc', 'bitcoin', 'Bitcoin'],
  ['eth', 'ethereum', 'Ether'],
] as const

const slack = 0.004

/** US dollars per unit of a currency at a second; null for an unknown one. */
function usdRateAt(code: string, second: number): number | null {
  const currency = currencies.find((one) => one.code === code)
  if (currency === undefined) return null
  return code === 'usd' ? 1 : currency.usd * (1 + slack * ripple(keyOf(code, 1), second))
}

/** The rates of `/exchange_rates` at a second: what 1 BTC is worth in each currency. */
export function listRates(market: Market, second: number): Record<string, Rate> {
  const priceOf = (id: string) => {
    const coin = market.findCoin(id)
    return coin === undefined ? null : market.priceAt(coin, second)
  }
  const bitcoin = priceOf('bitcoin')
  if (bitcoin === null) return {}
  const toValue = (usd: number) => Number((bitcoin / usd).toPrecision(9))
  const crypto = coins.map(([code, id, name]): [string, Rate] => {
    return [code, { name, unit: code.toUpperCase(), value: toValue(priceOf(id) ?? bitcoin), type: 'crypto' }]
  })
  const others = currencies.map(({ code, name, unit, type }): [string, Rate] => {
    return [code, { name, unit, value: toValue(usdRateAt(code, second) ?? 1), type }]
  })
  return Object.fromEntries([...crypto, ...others])
}
