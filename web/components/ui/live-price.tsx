'use client'

import { useEffect, useRef } from 'react'
import { formatExactPrice, formatPrice } from '@/lib/format'
import { useLivePrice } from '@/lib/live'
import { Value } from './value'

const flashMs = 600

/** The live price of a coin; its cell flashes when the price changes. */
export function LivePrice({ id, known }: { id: string; known: number | null }) {
  const price = useLivePrice(id, known)
  const cell = useRef<HTMLSpanElement>(null)
  const before = useRef(price)
  useEffect(() => {
    const element = cell.current
    const last = before.current
    before.current = price
    if (element === null || last === null || price === null || last === price) return
    element.dataset.flash = price > last ? 'up' : 'down'
    element.toggleAttribute('data-odd')
    const timer = setTimeout(() => delete element.dataset.flash, flashMs)
    return () => clearTimeout(timer)
  }, [price])
  return (
    <span ref={cell} className="flash num -mx-1 px-1">
      <Value text={formatPrice(price)} exact={formatExactPrice(price)} />
    </span>
  )
}
