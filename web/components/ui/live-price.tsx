import { useEffect, useRef } from 'react'
import { formatExactPrice, formatPrice } from '@/lib/format'
import { livePrices } from '@/lib/live'
import { useLivePrice } from '@/lib/live-figures'
import { Value } from './value'

const flashMs = 600

/** The live price of a coin; its cell flashes when the stream changes what it says. */
export function LivePrice({ id, known }: { id: string; known: number | null }) {
  const price = useLivePrice(id, known)
  const cell = useRef<HTMLSpanElement>(null)
  const before = useRef({ id, price })
  useEffect(() => {
    const element = cell.current
    const last = before.current
    before.current = { id, price }
    if (
      element === null ||
      last.id !== id ||
      last.price === null ||
      price === null ||
      formatPrice(last.price) === formatPrice(price)
    )
      return
    if (!livePrices.isStreamed(id)) return
    element.dataset.flash = price > last.price ? 'up' : 'down'
    const unflash = () => delete element.dataset.flash
    const timer = setTimeout(unflash, flashMs)
    return () => {
      clearTimeout(timer)
      unflash()
    }
  }, [id, price])
  return (
    <span ref={cell} className="flash num -mx-1 px-1">
      <Value text={formatPrice(price)} exact={formatExactPrice(price)} />
    </span>
  )
}
