import { memo, type RefObject, useEffect, useRef, useState } from 'react'
import { toColor } from '@/components/charts/tiers'
import { CoinIcon } from '@/components/ui/coin-icon'
import { IntentLink } from '@/components/ui/intent-link'
import { Value } from '@/components/ui/value'
import { unknown } from '@/lib/format'
import { coinHref } from '@/lib/links'
import type { Rank, RankedCoin } from './coin-ranks'
import { moveFocus, useIsLit, useLighting, useLit } from './highlight'

type RankingProps = {
  name: string
  label: string
  ranks: readonly Rank[]
  /** Formats a value with its unit. */
  toText: (value: number) => string
  /** Why a coin has no value. */
  toReason: (coin: RankedCoin) => string
  listRef: RefObject<HTMLOListElement | null>
}

type BarProps = { rank: Rank; text: string; reason: string | undefined; isStop: boolean }

/** One coin: place, name, bar, value and tier. */
const Bar = memo(function Bar({ rank: { coin, place, part, tier }, text, reason, isStop }: BarProps) {
  const isLit = useIsLit(coin.coin_id)
  return (
    <li>
      <IntentLink
        href={coinHref(coin)}
        data-coin={coin.coin_id}
        data-lit={isLit}
        tabIndex={isStop ? 0 : -1}
        title={reason}
        className="grid h-[30px] grid-cols-[20px_minmax(0,5fr)_minmax(0,4fr)_56px_54px] items-center gap-2 px-4 text-[13px] hover:bg-raised focus-visible:-outline-offset-2 data-lit:bg-raised data-lit:shadow-[inset_2px_0_var(--accent)] sm:grid-cols-[24px_minmax(0,5fr)_minmax(0,7fr)_60px_64px] sm:gap-3"
      >
        <span className="num text-right text-[12px] text-faint">{place}</span>
        <span className="flex min-w-0 items-center gap-2">
          <CoinIcon coin={coin} size={16} />
          <span className="truncate font-medium">{coin.name}</span>
        </span>
        <span className="relative h-3">
          <span className="absolute inset-x-0 top-[5.5px] h-px bg-line" />
          {tier !== null && (
            <span
              className="mark absolute inset-y-0 left-0 rounded-mark"
              style={{ width: `max(2px, ${part * 100}%)`, background: toColor(tier) }}
            />
          )}
        </span>
        <span className="num text-right whitespace-nowrap">
          <Value text={text} />
        </span>
        <span className="text-[12px] text-muted">{tier?.word}</span>
      </IntentLink>
    </li>
  )
})

/** Scrolls the list to a coin that another chart highlights. */
function useScrollToHighlight(name: string) {
  const scroller = useRef<HTMLDivElement>(null)
  const { ids, source } = useLit()
  const [id] = ids
  useEffect(() => {
    const list = scroller.current
    if (list === null || id === undefined || source === name) return
    const row = list.querySelector<HTMLElement>(`[data-coin="${id}"]`)?.parentElement
    if (row === null || row === undefined) return
    const top = row.offsetTop - list.scrollTop
    if (top < 0 || top + row.offsetHeight > list.clientHeight)
      list.scrollTop = row.offsetTop - (list.clientHeight - row.offsetHeight) / 2
  }, [id, source, name])
  return scroller
}

/** Coins as bars, highest value first. Arrow keys move between them, Enter opens one. */
export function Ranking({ name, label, ranks, toText, toReason, listRef }: RankingProps) {
  const scroller = useScrollToHighlight(name)
  const lighting = useLighting(name)
  const [stop, setStop] = useState<number | null>(null)
  const ids = ranks.map(({ coin }) => coin.coin_id)
  const first = stop !== null && ids.includes(stop) ? stop : ids[0]
  return (
    <div ref={scroller} className="relative max-h-[376px] overflow-y-auto py-2">
      <ol
        ref={listRef}
        aria-label={label}
        data-testid={name}
        {...lighting}
        onFocus={(event) => {
          lighting.onFocus(event)
          const id = event.target.closest<HTMLElement>('[data-coin]')?.dataset.coin
          if (id !== undefined) setStop(Number(id))
        }}
        onKeyDown={(event) => moveFocus(event, [{ back: 'ArrowUp', on: 'ArrowDown', ids }])}
      >
        {ranks.map((rank) => (
          <Bar
            key={rank.coin.coin_id}
            rank={rank}
            text={rank.value === null ? unknown : toText(rank.value)}
            reason={rank.value === null ? toReason(rank.coin) : undefined}
            isStop={rank.coin.coin_id === first}
          />
        ))}
      </ol>
    </div>
  )
}
