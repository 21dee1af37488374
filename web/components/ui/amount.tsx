import { useMoney } from '@/lib/money'
import { Value } from './value'

/** A large amount, given in USD, in the shown currency; in full on hover. */
export function Amount({ usd }: { usd: number | null }) {
  const money = useMoney()
  return <Value text={money.amount(usd)} exact={usd === null ? '' : money.exactPrice(usd)} />
}
