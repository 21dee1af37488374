import type { Coin } from '@contract/coins.ts'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Search as SearchIcon } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { type KeyboardEvent, useCallback, useDeferredValue, useEffect, useId, useMemo, useRef, useState } from 'react'
import { fetchCoins } from '@/lib/api'
import { coinHref } from '@/lib/links'
import { type Command, matchCommands } from './commands'
import { type Entry, PaletteList } from './palette-list'

const count = 8
const none: readonly Coin[] = []

/** Coins that match the text. `isSettled`: they belong to this text, not to an earlier one. */
function useFoundCoins(text: string) {
  const search = useDeferredValue(text.trim())
  const { data, error, isPlaceholderData } = useQuery({
    queryKey: ['search', search],
    queryFn: () => fetchCoins({ search, per_page: count }),
    enabled: search !== '',
    placeholderData: keepPreviousData,
  })
  const isLoaded = search === '' || error !== null || (data !== undefined && !isPlaceholderData)
  return { coins: search === '' ? none : (data?.items ?? none), isSettled: isLoaded && search === text.trim(), error }
}

const toCoinEntry = (coin: Coin, run: () => void): Entry => ({ id: `coin ${coin.id}`, group: 'Coins', coin, run })

/** Results for the text: coins, the filtered market table, pages and actions. */
function useEntries(commands: readonly Command[], text: string) {
  const router = useRouter()
  const { coins, ...found } = useFoundCoins(text)
  const entries = useMemo((): Entry[] => {
    const search = text.trim()
    const toMarket: Command = {
      id: 'market',
      group: 'Coins',
      label: `All coins matching “${search}”`,
      hint: '',
      run: () => router.push(`/market?search=${encodeURIComponent(search)}`),
    }
    return [
      ...coins.map((coin) => toCoinEntry(coin, () => router.push(coinHref(coin)))),
      ...(coins.length === count ? [toMarket] : []),
      ...matchCommands(commands, text),
    ]
  }, [coins, commands, text, router])
  return { entries, ...found }
}

type CommandPaletteProps = { commands: readonly Command[]; onDone: () => void }

/** A combobox: arrows move, Enter runs. Enter before the results arrive runs the first when they do. */
export function CommandPalette({ commands, onDone }: CommandPaletteProps) {
  const list = useId()
  const [text, setText] = useState('')
  const [active, setActive] = useState(0)
  const [isEntered, setIsEntered] = useState(false)
  const { entries, isSettled, error } = useEntries(commands, text)
  const run = useRef((_: Entry | undefined) => {})
  run.current = (entry) => {
    setIsEntered(false)
    entry?.run()
    if (entry !== undefined) onDone()
  }
  const onRun = useCallback((entry: Entry) => run.current(entry), [])
  const chosen = entries[Math.min(active, entries.length - 1)]
  useEffect(() => {
    if (isEntered && isSettled) run.current(chosen)
  }, [isEntered, isSettled, chosen])
  const move = (step: number) => setActive((active + step + entries.length) % Math.max(1, entries.length))
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown') move(1)
    else if (event.key === 'ArrowUp') move(-1)
    else if (event.key === 'Enter' && !event.nativeEvent.isComposing) setIsEntered(true)
    else return
    event.preventDefault()
  }
  return (
    <>
      <div className="relative border-b border-line">
        <SearchIcon size={16} strokeWidth={1.75} className="pointer-events-none absolute top-4 left-4 text-faint" />
        <input
          type="text"
          role="combobox"
          aria-label="Search coins, pages and actions"
          aria-expanded
          aria-controls={list}
          aria-activedescendant={chosen === undefined ? undefined : `${list}-${entries.indexOf(chosen)}`}
          autoComplete="off"
          spellCheck={false}
          maxLength={100}
          placeholder="Search coins, pages and actions"
          value={text}
          onChange={(event) => {
            setText(event.target.value)
            setActive(0)
            setIsEntered(false)
          }}
          onKeyDown={onKeyDown}
          className="h-12 w-full bg-transparent pr-4 pl-11 text-[16px] outline-none placeholder:text-faint sm:text-[14px]"
        />
      </div>
      <PaletteList id={list} entries={entries} active={active} onPoint={setActive} onRun={onRun} />
      {entries.length === 0 && isSettled && (
        <p role="status" className="p-4 text-[13px] text-muted">
          {error === null ? `No results for “${text.trim()}”.` : error.message}
        </p>
      )}
    </>
  )
}
