import { Star } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { cn } from '@/components/ui/cn'
import type { StarCoin } from '@/lib/watchlist'
import { useStar } from './stars'

/** Moves the focus to a neighboring star when a star removes its own row. */
function useNeighborFocus(): (star: HTMLElement) => void {
  const neighbor = useRef<HTMLElement | null>(null)
  useEffect(
    () => () => {
      if (document.activeElement === document.body) neighbor.current?.focus()
    },
    [],
  )
  return (star) => {
    const stars = [...document.querySelectorAll<HTMLElement>('main [data-star]')]
    const at = stars.indexOf(star)
    neighbor.current = document.activeElement === star ? (stars[at + 1] ?? stars[at - 1] ?? null) : null
  }
}

export function StarButton({ coin, size = 16, className }: { coin: StarCoin; size?: number; className?: string }) {
  const { watched, toggle } = useStar(coin)
  const rememberNeighbor = useNeighborFocus()
  return (
    <button
      type="button"
      data-star
      aria-pressed={watched}
      aria-label={`Watch ${coin.name}`}
      title={watched ? 'Remove from watchlist' : 'Add to watchlist'}
      onClick={(event) => {
        rememberNeighbor(event.currentTarget)
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
