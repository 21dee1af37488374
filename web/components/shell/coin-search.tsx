'use client'

import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Search } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { type KeyboardEvent, useDeferredValue, useEffect, useId, useRef, useState } from 'react'
import { cn } from '@/components/ui/cn'
import { CoinIcon } from '@/components/ui/coin-icon'
import { fetchCoins } from '@/lib/api'
import { coinHref } from '@/lib/coin'
import { formatPrice } from '@/lib/format'

const count = 8

/** Ctrl or Cmd with K, or a slash outside of a field, moves to the search. */
function useSearchKey(focus: () => void): void {
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent) => {
      const typing = event.target instanceof HTMLElement && event.target.closest('input, textarea, select') !== null
      const wanted =
        (event.key.toLowerCase() === 'k' && (event.metaKey || event.ctrlKey)) || (event.key === '/' && !typing)
      if (!wanted) return
      event.preventDefault()
      focus()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [focus])
}

export function CoinSearch() {
  const router = useRouter()
  const list = useId()
  const input = useRef<HTMLInputElement>(null)
  const [text, setText] = useState('')
  const [open, setOpen] = useState(false)
  const [active, setActive] = useState(0)
  const search = useDeferredValue(text.trim())
  useSearchKey(() => input.current?.focus())
  const { data } = useQuery({
    queryKey: ['search', search],
    queryFn: () => fetchCoins({ search, per_page: count }),
    enabled: open && search !== '',
    placeholderData: keepPreviousData,
  })
  const coins = search === '' ? [] : (data?.items ?? [])
  const go = (href: string) => {
    setOpen(false)
    setText('')
    input.current?.blur()
    router.push(href)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown') setActive((active + 1) % Math.max(1, coins.length))
    else if (event.key === 'ArrowUp') setActive((active + coins.length - 1) % Math.max(1, coins.length))
    else if (event.key === 'Enter' && search !== '') {
      const coin = coins[active]
      go(coin === undefined ? `/market?search=${encodeURIComponent(search)}` : coinHref(coin))
    } else if (event.key === 'Escape') input.current?.blur()
    else return
    event.preventDefault()
  }
  const shown = open && search !== ''
  return (
    <div className="relative w-full max-w-80">
      <Search size={16} strokeWidth={1.75} className="pointer-events-none absolute top-2 left-2.5 text-faint" />
      <input
        ref={input}
        type="search"
        role="combobox"
        aria-label="Search coins"
        aria-expanded={shown}
        aria-controls={list}
        aria-activedescendant={shown && coins.length > 0 ? `${list}-${active}` : undefined}
        autoComplete="off"
        maxLength={100}
        placeholder="Search coins"
        value={text}
        onChange={(event) => {
          setText(event.target.value)
          setActive(0)
        }}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={onKeyDown}
        className="h-8 w-full rounded-control border border-line-strong bg-bg pr-12 pl-8 text-[13px] placeholder:text-faint"
      />
      <kbd className="pointer-events-none absolute top-1.5 right-2 hidden rounded-[4px] border border-line px-1 text-[12px] text-faint md:block">
        Ctrl K
      </kbd>
      <div
        id={list}
        role="listbox"
        aria-label="Coins"
        hidden={!shown}
        className="absolute top-10 z-40 w-full min-w-72 overflow-hidden rounded-panel border border-line-strong bg-raised p-1 shadow-lg"
      >
        {coins.map((coin, index) => (
          <div
            key={coin.id}
            id={`${list}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === active}
            onMouseEnter={() => setActive(index)}
            onMouseDown={(event) => {
              event.preventDefault()
              go(coinHref(coin))
            }}
            className={cn(
              'flex h-9 cursor-pointer items-center gap-2.5 rounded-[4px] px-2 text-[13px]',
              index === active && 'bg-line',
            )}
          >
            <CoinIcon coin={coin} />
            <span className="truncate">{coin.name}</span>
            <span className="text-faint uppercase">{coin.symbol}</span>
            <span className="num ml-auto">{formatPrice(coin.price_usd)}</span>
          </div>
        ))}
        {coins.length === 0 && data !== undefined && (
          <p className="p-2 text-[13px] text-muted">No coin matches “{search}”.</p>
        )}
      </div>
    </div>
  )
}
