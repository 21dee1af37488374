import { ChevronLeft, ChevronRight } from 'lucide-react'
import { Button } from './button'

type Paged = { page: number; pages: number; per_page: number; total: number; items: readonly unknown[] }

type PagerProps = {
  list: Paged
  onPage: (page: number) => void
  /** How many rows a page may have; absent: always as many. */
  sizes?: readonly number[]
  onSize?: (size: number) => void
}

export function Pager({ list: { page, pages, per_page, total, items }, onPage, sizes, onSize }: PagerProps) {
  const first = (page - 1) * per_page + 1
  return (
    <nav
      aria-label="Pages"
      className="num flex items-center justify-between gap-3 border-t border-line p-3 text-[12px] text-muted"
    >
      <span>{items.length === 0 ? `0 of ${total}` : `${first}–${first + items.length - 1} of ${total}`}</span>
      {sizes !== undefined && (
        <label className="ml-auto hidden items-center gap-2 sm:flex">
          Rows
          <select
            value={per_page}
            onChange={(event) => onSize?.(Number(event.target.value))}
            className="h-8 rounded-control border border-line-strong bg-surface px-2 text-text"
          >
            {sizes.map((size) => (
              <option key={size}>{size}</option>
            ))}
          </select>
        </label>
      )}
      <span className="flex items-center gap-1">
        <Button
          size="icon"
          aria-label="Previous page"
          disabled={page <= 1}
          onClick={() => onPage(Math.min(page - 1, pages))}
        >
          <ChevronLeft size={16} strokeWidth={1.75} />
        </Button>
        <span className="min-w-16 text-center">
          {page} of {pages}
        </span>
        <Button size="icon" aria-label="Next page" disabled={page >= pages} onClick={() => onPage(page + 1)}>
          <ChevronRight size={16} strokeWidth={1.75} />
        </Button>
      </span>
    </nav>
  )
}
