import type { CoinList } from '@contract/coins.ts'
import { ChevronLeft, ChevronRight } from 'lucide-react'
import { Button } from '@/components/ui/button'
import { type PageSize, pageSizes } from './query'

type PagerProps = {
  list: CoinList
  size: PageSize
  onPage: (page: number) => void
  onSize: (size: PageSize) => void
}

export function Pager({ list: { page, pages, per_page, total, items }, size, onPage, onSize }: PagerProps) {
  const first = (page - 1) * per_page + 1
  return (
    <nav
      aria-label="Pages"
      className="num flex items-center justify-between gap-3 border-t border-line p-3 text-[12px] text-muted"
    >
      <span>{items.length === 0 ? `0 of ${total}` : `${first}–${first + items.length - 1} of ${total}`}</span>
      <label className="ml-auto hidden items-center gap-2 sm:flex">
        Rows
        <select
          value={size}
          onChange={(event) => onSize(pageSizes.find((each) => each === event.target.value) ?? '50')}
          className="h-8 rounded-control border border-line-strong bg-surface px-2 text-text"
        >
          {pageSizes.map((each) => (
            <option key={each} value={each}>
              {each === 'all' ? 'All' : each}
            </option>
          ))}
        </select>
      </label>
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
