import { Star } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { cn } from '@/components/ui/cn'
import type { StarCoin } from '@/lib/watchlist'
import { useStar } from './stars'

/** Where the focus goes when a star takes its own row out of a list: to the next one, or the one before. */
function useHandOn(): (star: HTMLElement) => void {
  const heir = useRef<HTMLElement | null>(null)
  useEffect(
    () => () => {
      if (document.activeElement === document.body) heir.current?.focus()
    },
    [],
  )
  return (star) => {
    const stars = [...document.querySelectorAll<HTMLElement>('main [data-star]')]
    const at = stars.indexOf(star)
    heir.current = document.activeElement === star ? (stars[at + 1] ?? stars[at - 1] ?? null) : null
  }
}

/** Puts a coin on the watchlist and takes it off. */
export function StarButton({ coin, size = 16, className }: { coin: StarCoin; size?: number; className?: string }) {
  const { watched, toggle } = useStar(coin)
  const handOn = useHandOn()
  return (
    <button
      type="button"
      data-star
      aria-pressed={watched}
      aria-label={`Watch ${coin.name}`}
      title={watched ? 'Take off your watchlist' : 'Put on your watchlist'}
      onClick={(event) => {
        handOn(event.currentTarget)
        toggle()
      }}
      className={cn(
        'inline-flex shrink-0 items-center justify-center rounded-control align-middle hover:bg-line',
        size > 16 ? 'size-8' : 'size-7',
        watched ? 'text-accent' : 'text-faint hover:text-text',
        className,
      )}
    >
      <Star size={size} strokeWidth={1.75} fill={watched ? 'currentColor' : 'none'} />
    </button>
  )
}
