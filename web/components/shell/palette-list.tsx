import type { Coin } from '@contract/coins.ts'
import { memo, useEffect } from 'react'
import { cn } from '@/components/ui/cn'
import { CoinIcon } from '@/components/ui/coin-icon'
import { LivePrice } from '@/components/ui/live-price'
import type { Command } from './commands'

/** One result of the search. */
export type Entry = Command | { id: string; group: 'Coins'; coin: Coin; run: () => void }

type ListProps = {
  id: string
  entries: readonly Entry[]
  active: number
  onPoint: (index: number) => void
  onRun: (entry: Entry) => void
}

function EntryText({ entry }: { entry: Entry }) {
  if ('coin' in entry)
    return (
      <>
        <CoinIcon coin={entry.coin} />
        <span className="truncate">{entry.coin.name}</span>
        <span className="text-faint uppercase">{entry.coin.symbol}</span>
        <span className="ml-auto">
          <LivePrice coin={entry.coin} />
        </span>
      </>
    )
  return (
    <>
      <span className="truncate">{entry.label}</span>
      <span className="ml-auto text-[12px] text-faint">{entry.hint}</span>
    </>
  )
}

type OptionProps = {
  id: string
  entry: Entry
  index: number
  isActive: boolean
  onPoint: (index: number) => void
  onRun: (entry: Entry) => void
}

const Option = memo(function Option({ id, entry, index, isActive, onPoint, onRun }: OptionProps) {
  return (
    <div
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={isActive}
      onMouseMove={() => onPoint(index)}
      onMouseDown={(event) => event.preventDefault()}
      onMouseUp={() => onRun(entry)}
      className={cn(
        'flex h-9 cursor-pointer items-center gap-2.5 rounded-[4px] px-3 text-[13px]',
        isActive && 'bg-line',
      )}
    >
      <EntryText entry={entry} />
    </div>
  )
})

const groups = ['Coins', 'Pages', 'Actions'] as const

/** Results by group; the active one is scrolled into view. */
export function PaletteList({ id, entries, active, onPoint, onRun }: ListProps) {
  useEffect(() => {
    document.getElementById(`${id}-${active}`)?.scrollIntoView({ block: 'nearest' })
  }, [id, active])
  return (
    <div id={id} role="listbox" aria-label="Results" className="overflow-y-auto overscroll-contain p-1 empty:hidden">
      {groups.map((group) => {
        const own = entries.flatMap((entry, index) => (entry.group === group ? [{ entry, index }] : []))
        return own.length === 0 ? null : (
          <fieldset key={group} aria-label={group}>
            <p aria-hidden className="px-3 pt-2 pb-1 text-[12px] text-faint">
              {group}
            </p>
            {own.map(({ entry, index }) => (
              <Option
                key={entry.id}
                id={`${id}-${index}`}
                {...{ entry, index, onPoint, onRun }}
                isActive={index === active}
              />
            ))}
          </fieldset>
        )
      })}
    </div>
  )
}
