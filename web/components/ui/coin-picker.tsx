import type { Coin } from '@contract/coins.ts'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { type ChangeEvent, type KeyboardEvent, useEffect, useId, useState } from 'react'
import { fetchCoins } from '@/lib/api'
import { cn } from './cn'
import { CoinIcon } from './coin-icon'

const count = 8
const staleMs = 60_000

/** Coins that match the text, without the excluded. `isSettled`: they belong to this text, not to an earlier one. */
function useMatches(text: string, isOpen: boolean, exclude: readonly string[]) {
  const search = text.trim()
  const { data, error, isPlaceholderData } = useQuery({
    queryKey: ['coins', 'pick', search],
    queryFn: () => fetchCoins({ search, per_page: count + exclude.length }),
    enabled: isOpen,
    staleTime: staleMs,
    placeholderData: keepPreviousData,
  })
  const coins = data?.items.filter(({ coingecko_id }) => !exclude.includes(coingecko_id)).slice(0, count) ?? []
  return { coins, error, isSettled: error !== null || (data !== undefined && !isPlaceholderData) }
}

type OptionProps = { id: string; coin: Coin; isActive: boolean; onPoint: () => void; onChoose: () => void }

const Option = ({ id, coin, isActive, onPoint, onChoose }: OptionProps) => (
  <div
    id={id}
    role="option"
    tabIndex={-1}
    aria-selected={isActive}
    onMouseMove={onPoint}
    onMouseDown={(event) => event.preventDefault()}
    onMouseUp={onChoose}
    className={cn('flex h-8 cursor-pointer items-center gap-2 rounded-[4px] px-2 text-[13px]', isActive && 'bg-line')}
  >
    <CoinIcon coin={coin} size={16} />
    <span className="truncate">{coin.name}</span>
    <span className="text-[12px] text-faint uppercase">{coin.symbol}</span>
  </div>
)

type CoinPickerProps = {
  label: string
  /** CoinGecko ids that are not offered. */
  exclude: readonly string[]
  /** Why no coin can be chosen. */
  disabled?: string | undefined
  onChoose: (coin: Coin) => void
}

/** The state of the field and its list. */
function usePicker({ exclude, onChoose }: Pick<CoinPickerProps, 'exclude' | 'onChoose'>) {
  const [text, setText] = useState('')
  const [isOpen, setIsOpen] = useState(false)
  const [active, setActive] = useState(0)
  const [isEntered, setIsEntered] = useState(false)
  const { coins, error, isSettled } = useMatches(text, isOpen, exclude)
  const at = Math.min(active, coins.length - 1)
  const change = (next: string) => {
    setText(next)
    setActive(0)
    setIsEntered(false)
  }
  const choose = (coin: Coin | undefined) => {
    if (coin === undefined) return setIsEntered(false)
    change('')
    onChoose(coin)
  }
  useEffect(() => {
    if (isEntered && isSettled) choose(coins[at])
  })
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step !== undefined) {
      setIsOpen(true)
      setActive((at + step + coins.length) % Math.max(1, coins.length))
    } else if (event.key === 'Enter' && !event.nativeEvent.isComposing) setIsEntered(isOpen)
    else if (event.key === 'Escape' && isOpen) setIsOpen(false)
    else return
    event.preventDefault()
  }
  const onChange = (event: ChangeEvent<HTMLInputElement>) => {
    setIsOpen(true)
    change(event.target.value)
  }
  const handlers = {
    onFocus: () => setIsOpen(true),
    onClick: () => setIsOpen(true),
    onBlur: () => setIsOpen(false),
    onChange,
    onKeyDown,
  }
  return { text, isOpen, at, coins, error, isSettled, setActive, choose, handlers }
}

/** Adds a coin by name or symbol: a combobox whose arrow keys move, and whose Enter chooses. */
export function CoinPicker({ label, exclude, disabled, onChoose }: CoinPickerProps) {
  const list = useId()
  const { text, isOpen, at, coins, error, isSettled, setActive, choose, handlers } = usePicker({ exclude, onChoose })
  return (
    <div className="relative w-44">
      <Plus size={16} strokeWidth={1.75} className="pointer-events-none absolute top-2 left-2 text-faint" />
      <input
        type="text"
        role="combobox"
        aria-label={label}
        aria-expanded={isOpen}
        aria-controls={list}
        aria-autocomplete="list"
        aria-activedescendant={isOpen && at >= 0 ? `${list}-${at}` : undefined}
        autoComplete="off"
        spellCheck={false}
        maxLength={100}
        placeholder={disabled ?? label}
        title={disabled}
        disabled={disabled !== undefined}
        value={text}
        {...handlers}
        className="h-8 w-full rounded-control border border-line-strong bg-surface pr-2 pl-8 text-[13px] placeholder:text-faint disabled:opacity-60"
      />
      <div
        id={list}
        role="listbox"
        aria-label={label}
        hidden={!isOpen}
        className="absolute z-30 mt-1 w-64 max-w-[calc(100vw-24px)] rounded-control border border-line-strong bg-raised p-1 shadow-lg empty:hidden"
      >
        {coins.map((coin, index) => (
          <Option
            key={coin.id}
            id={`${list}-${index}`}
            coin={coin}
            isActive={index === at}
            onPoint={() => setActive(index)}
            onChoose={() => choose(coin)}
          />
        ))}
      </div>
      {isOpen && isSettled && coins.length === 0 && (
        <p
          role="status"
          className="absolute z-30 mt-1 w-64 rounded-control border border-line-strong bg-raised px-3 py-2 text-[13px] text-muted shadow-lg"
        >
          {error === null ? `No other tracked coin matches “${text.trim()}”.` : error.message}
        </p>
      )}
    </div>
  )
}
