import type { Coin } from '@contract/coins.ts'
import { useEffect, useRef } from 'react'
import { livePrices } from '@/lib/live'
import { useLivePrice } from '@/lib/live-figures'
import { useMoney } from '@/lib/money'
import { Value } from './value'

const flashMs = 600

/** The live price of a coin; flashes when the stream changes the displayed text. */
export function LivePrice({ coin }: { coin: Pick<Coin, 'coingecko_id' | 'price_usd'> }) {
  const id = coin.coingecko_id
  const money = useMoney()
  const price = useLivePrice(id, coin.price_usd)
  const cell = useRef<HTMLSpanElement>(null)
  const previous = useRef({ id, price })
  useEffect(() => {
    const element = cell.current
    const last = previous.current
    previous.current = { id, price }
    if (element === null || last.id !== id || last.price === null || price === null) return
    if (money.price(last.price, id) === money.price(price, id) || !livePrices.isStreamed(id)) return
    element.dataset.flash = price > last.price ? 'up' : 'down'
    const endFlash = () => delete element.dataset.flash
    const timer = setTimeout(endFlash, flashMs)
    return () => {
      clearTimeout(timer)
      endFlash()
    }
  }, [id, price, money])
  return (
    <span ref={cell} className="flash num -mx-1 px-1">
      <Value text={money.price(price, id)} exact={money.exactPrice(price, id)} />
    </span>
  )
}
