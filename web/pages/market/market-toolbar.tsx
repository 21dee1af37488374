import type { CoinKind } from '@contract/coins.ts'
import { coinKinds } from '@contract/lists.ts'
import { Search, X } from 'lucide-react'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { Button } from '@/components/ui/button'
import { Segmented } from '@/components/ui/segmented'
import { kindLabels } from '@/lib/coin-kinds'
import { formatExact } from '@/lib/format'

const debounceMs = 250
type MarketToolbarProps = {
  search: string
  kind: CoinKind | null
  list: 'watchlist' | null
  total: number | undefined
  onSearch: (search: string) => void
  onKind: (kind: CoinKind | null) => void
  onList: (list: 'watchlist' | null) => void
  /** More controls. */
  children: ReactNode
}

const lists = [
  { value: 'all', label: 'All coins' },
  { value: 'watchlist', label: 'Watchlist' },
] as const

/** The text of the search field: debounced to `onSearch`, and updated when the URL changes. */
function useDebouncedSearch(search: string, onSearch: (search: string) => void): [string, (text: string) => void] {
  const [text, setText] = useState(search)
  const reported = useRef(search)
  useEffect(() => {
    if (search !== reported.current) setText(search)
    reported.current = search
  }, [search])
  useEffect(() => {
    if (text === reported.current) return
    const timer = setTimeout(() => {
      reported.current = text
      onSearch(text)
    }, debounceMs)
    return () => clearTimeout(timer)
  }, [text, onSearch])
  return [text, setText]
}

export function MarketToolbar({ search, kind, list, total, onSearch, onKind, onList, children }: MarketToolbarProps) {
  const [text, setText] = useDebouncedSearch(search, onSearch)
  return (
    <div className="flex flex-wrap items-center gap-2 border-b border-line p-3">
      <Segmented
        label="Coin list"
        value={list ?? 'all'}
        options={lists}
        onChange={(next) => onList(next === 'watchlist' ? next : null)}
      />
      <div className="relative order-first w-full sm:order-none sm:w-48 xl:w-64">
        <Search size={16} strokeWidth={1.75} className="pointer-events-none absolute top-2 left-2.5 text-faint" />
        <input
          type="text"
          inputMode="search"
          aria-label="Filter by name or symbol"
          placeholder="Name or symbol"
          maxLength={100}
          value={text}
          onChange={(event) => setText(event.target.value)}
          className="h-8 w-full rounded-control border border-line-strong bg-bg pr-8 pl-8 text-[13px] placeholder:text-faint"
        />
        {text !== '' && (
          <Button
            variant="plain"
            size="icon"
            className="absolute top-0 right-0"
            aria-label="Clear filter"
            onClick={() => setText('')}
          >
            <X size={14} />
          </Button>
        )}
      </div>
      <select
        aria-label="Coin type"
        value={kind ?? ''}
        onChange={(event) => onKind(coinKinds.find((each) => each === event.target.value) ?? null)}
        className="h-8 rounded-control border border-line-strong bg-surface px-2 text-[13px]"
      >
        <option value="">All types</option>
        {coinKinds.map((each) => (
          <option key={each} value={each}>
            {kindLabels[each]}
          </option>
        ))}
      </select>
      <span className="num ml-auto text-[12px] text-muted" aria-live="polite">
        {total !== undefined && `${formatExact(total)} ${total === 1 ? 'coin' : 'coins'}`}
      </span>
      {children}
    </div>
  )
}
