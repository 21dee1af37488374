import { maxComparedCoins } from '@contract/compare-lists.ts'
import { X } from 'lucide-react'
import { CoinIcon } from '@/components/ui/coin-icon'
import { CoinPicker } from '@/components/ui/coin-picker'
import { type ComparedCoin, toLineStyle } from './compare-scene'
import { LineSwatch } from './line-swatch'

type CoinChipsProps = {
  ids: readonly string[]
  /** The compared coins; those of the ids that are not there are loading or unknown. */
  coins: readonly ComparedCoin[]
  onChange: (ids: string[]) => void
}

/** The chosen coins, each with its line and a button that removes it, and the field that adds one. */
export function CoinChips({ ids, coins, onChange }: CoinChipsProps) {
  return (
    <div className="mb-3 flex flex-wrap items-center gap-2">
      <ul aria-label="Compared coins" className="contents">
        {ids.map((id) => {
          const index = coins.findIndex((coin) => coin.coingecko_id === id || String(coin.coin_id) === id)
          const coin = coins[index]
          const name = coin?.name ?? id
          return (
            <li
              key={id}
              className="flex h-8 max-w-full min-w-0 items-center gap-2 rounded-control border border-line bg-surface pl-2 text-[13px]"
            >
              {coin !== undefined && (
                <>
                  <LineSwatch {...toLineStyle(index)} />
                  <CoinIcon coin={coin} size={16} />
                </>
              )}
              <span className="truncate font-medium">{name}</span>
              <button
                type="button"
                aria-label={`Remove ${name}`}
                title={`Remove ${name}`}
                onClick={() => onChange(ids.filter((each) => each !== id))}
                className="flex size-7 shrink-0 items-center justify-center rounded-control text-faint hover:bg-line hover:text-text"
              >
                <X size={14} strokeWidth={1.75} />
              </button>
            </li>
          )
        })}
      </ul>
      <CoinPicker
        label="Add a coin"
        exclude={ids}
        disabled={ids.length >= maxComparedCoins ? `Up to ${maxComparedCoins} coins` : undefined}
        onChoose={({ coingecko_id }) => onChange([...ids, coingecko_id])}
      />
    </div>
  )
}
