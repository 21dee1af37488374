import { ChevronLeft, ChevronRight } from 'lucide-react'
import { Button } from './button'

type Paged = { page: number; pages: number; per_page: number; total: number; items: readonly unknown[] }

type PagerProps<Size extends string> = {
  list: Paged
  onPage: (page: number) => void
  /** Choice of the page size. */
  rows?: { sizes: readonly Size[]; size: Size; onSize: (size: Size) => void }
}

export function Pager<Size extends string>({ list, onPage, rows }: PagerProps<Size>) {
  const { page, pages, per_page, total, items } = list
  const first = (page - 1) * per_page + 1
  return (
    <nav
      aria-label="Pages"
      className="num flex items-center justify-between gap-3 border-t border-line p-3 text-[12px] text-muted"
    >
      <span>{items.length === 0 ? `0 of ${total}` : `${first}–${first + items.length - 1} of ${total}`}</span>
      {rows !== undefined && (
        <label className="ml-auto hidden items-center gap-2 sm:flex">
          Rows
          <select
            value={rows.size}
            onChange={(event) => rows.onSize(rows.sizes.find((each) => each === event.target.value) ?? rows.size)}
            className="h-8 rounded-control border border-line-strong bg-surface px-2 text-text"
          >
            {rows.sizes.map((each) => (
              <option key={each} value={each}>
                {each === 'all' ? 'All' : each}
              </option>
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
          {page > pages ? '–' : page} of {pages}
        </span>
        <Button size="icon" aria-label="Next page" disabled={page >= pages} onClick={() => onPage(page + 1)}>
          <ChevronRight size={16} strokeWidth={1.75} />
        </Button>
      </span>
    </nav>
  )
}
