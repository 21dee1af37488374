import { Star } from 'lucide-react'
import { cn } from '@/components/ui/cn'
import type { Starred } from '@/lib/watchlist'
import { useStar } from './stars'

/** Puts a coin on the watchlist and takes it off. */
export function StarButton({ coin, size = 16, className }: { coin: Starred; size?: number; className?: string }) {
  const { watched, toggle } = useStar(coin)
  return (
    <button
      type="button"
      aria-pressed={watched}
      aria-label={`Watch ${coin.name}`}
      title={watched ? 'Take off your watchlist' : 'Put on your watchlist'}
      onClick={toggle}
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
