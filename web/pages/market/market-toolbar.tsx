import type { CoinKind } from '@contract/coins.ts'
import { coinKinds } from '@contract/lists.ts'
import { Search, X } from 'lucide-react'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { Button } from '@/components/ui/button'
import { Segmented } from '@/components/ui/segmented'
import { formatExact } from '@/lib/format'

const waitMs = 250
const kindWords: Record<CoinKind, string> = {
  coin: 'Coins',
  stablecoin: 'Stablecoins',
  wrapped: 'Wrapped',
  staked: 'Staked',
}

type ToolbarProps = {
  search: string
  kind: CoinKind | null
  list: 'watchlist' | null
  total: number | undefined
  onSearch: (search: string) => void
  onKind: (kind: CoinKind | null) => void
  onList: (list: 'watchlist' | null) => void
  /** What else there is to do with the table. */
  children: ReactNode
}

const lists = [
  { value: 'all', label: 'All coins' },
  { value: 'watchlist', label: 'Watchlist' },
] as const

/** The text of the field, told on after a pause in typing; follows the URL when that changes by other means. */
function useTyped(search: string, onSearch: (search: string) => void): [string, (text: string) => void] {
  const [text, setText] = useState(search)
  const told = useRef(search)
  useEffect(() => {
    if (search !== told.current) setText(search)
    told.current = search
  }, [search])
  useEffect(() => {
    if (text === told.current) return
    const timer = setTimeout(() => {
      told.current = text
      onSearch(text)
    }, waitMs)
    return () => clearTimeout(timer)
  }, [text, onSearch])
  return [text, setText]
}

export function Toolbar({ search, kind, list, total, onSearch, onKind, onList, children }: ToolbarProps) {
  const [text, setText] = useTyped(search, onSearch)
  return (
    <div className="flex flex-wrap items-center gap-2 border-b border-line p-3">
      <Segmented
        label="Which coins"
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
            aria-label="Clear the filter"
            onClick={() => setText('')}
          >
            <X size={14} />
          </Button>
        )}
      </div>
      <select
        aria-label="Kind of coin"
        value={kind ?? ''}
        onChange={(event) => onKind(coinKinds.find((each) => each === event.target.value) ?? null)}
        className="h-8 rounded-control border border-line-strong bg-surface px-2 text-[13px]"
      >
        <option value="">All kinds</option>
        {coinKinds.map((each) => (
          <option key={each} value={each}>
            {kindWords[each]}
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
