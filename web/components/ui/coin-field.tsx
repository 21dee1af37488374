import type { Coin } from '@contract/coins.ts'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { fetchCoins } from '@/lib/api'
import { cn } from './cn'
import { CoinIcon } from './coin-icon'
import { input, Labeled } from './field'

type Named = Pick<Coin, 'name' | 'symbol'>
type CoinFieldProps = { initial: Named | null; onChoose: (coin: number | null, chosen: Coin | null) => void }

const toText = ({ name, symbol }: Named): string => `${name} (${symbol.toUpperCase()})`

/** A coin by part of its name or symbol, from a list of the best ranked matches. */
export function CoinField({ initial, onChoose }: CoinFieldProps) {
  const [text, setText] = useState(initial === null ? '' : toText(initial))
  const [isOpen, setOpen] = useState(false)
  const search = text.trim()
  const { data } = useQuery({
    queryKey: ['coins', 'search', search],
    queryFn: () => fetchCoins({ search, per_page: 6 }),
    enabled: isOpen,
  })
  const choose = (coin: Coin) => {
    setText(toText(coin))
    setOpen(false)
    onChoose(coin.id, coin)
  }
  return (
    <div className="relative">
      <Labeled id="field-coin" label="Coin">
        <input
          id="field-coin"
          value={text}
          placeholder="Name or symbol"
          autoComplete="off"
          required
          onFocus={() => initial === null && setOpen(true)}
          onChange={(event) => {
            setText(event.target.value)
            setOpen(true)
            onChoose(null, null)
          }}
          className={input}
        />
      </Labeled>
      {isOpen && data !== undefined && (
        <ul className="absolute z-10 mt-1 w-full rounded-control border border-line-strong bg-raised py-1 shadow-lg">
          {data.items.map((coin) => (
            <li key={coin.id}>
              <button
                type="button"
                onClick={() => choose(coin)}
                className={cn('flex h-8 w-full items-center gap-2 px-3 text-[13px] hover:bg-line')}
              >
                <CoinIcon coin={coin} size={16} />
                <span className="truncate">{coin.name}</span>
                <span className="text-faint uppercase">{coin.symbol}</span>
              </button>
            </li>
          ))}
          {data.items.length === 0 && <li className="px-3 py-1.5 text-[13px] text-muted">No coin found.</li>}
        </ul>
      )}
    </div>
  )
}
