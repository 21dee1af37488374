import type { Coin } from '@contract/coins.ts'
import { scaleToPrice, useLiveFigure } from '@/lib/live-figures'
import { useMoney } from '@/lib/money'
import { Value } from './value'

type LiveAmountProps = { coin: Pick<Coin, 'coingecko_id' | 'price_usd'>; amount: number | null }

/** Six significant digits: between snapshots an amount is no more precise. */
const roundAmount = (amount: number): number => (amount < 1e6 ? amount : Number(amount.toPrecision(6)))

/** An amount in USD proportional to the price of a coin, such as its market cap, at the live price. */
export function LiveAmount({ coin, amount }: LiveAmountProps) {
  const money = useMoney()
  const live = useLiveFigure(coin.coingecko_id, coin.price_usd, (price) => scaleToPrice(amount, coin, price))
  return <Value text={money.amount(live)} exact={live === null ? '' : money.exactPrice(roundAmount(live))} />
}
