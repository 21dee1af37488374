import type { Coin } from '@contract/coins.ts'
import { maxComparedCoins } from '@contract/compare-lists.ts'
import { GitCompareArrows } from 'lucide-react'
import { createContext, type ReactNode, useContext, useMemo, useState } from 'react'
import { Button } from '@/components/ui/button'
import { cn } from '@/components/ui/cn'
import { IntentLink } from '@/components/ui/intent-link'
import { compareHref } from '@/lib/links'
import type { Column } from './market-columns'

type Selected = Pick<Coin, 'coingecko_id' | 'name'>
type Selection = {
  /** Whether rows can be selected. */
  isSelecting: boolean
  setIsSelecting: (isSelecting: boolean) => void
  coins: readonly Selected[]
  setCoins: (coins: readonly Selected[]) => void
}

const SelectionContext = createContext<Selection>({
  isSelecting: false,
  setIsSelecting: () => undefined,
  coins: [],
  setCoins: () => undefined,
})

/** The coins chosen for a comparison. They stay chosen on other pages and in other orders of the table. */
export function SelectionProvider({ children }: { children: ReactNode }) {
  const [isSelecting, setIsSelecting] = useState(false)
  const [coins, setCoins] = useState<readonly Selected[]>([])
  const selection = useMemo(() => ({ isSelecting, setIsSelecting, coins, setCoins }), [isSelecting, coins])
  return <SelectionContext value={selection}>{children}</SelectionContext>
}

function SelectCell({ coin }: { coin: Coin }) {
  const { coins, setCoins } = useContext(SelectionContext)
  const others = coins.filter(({ coingecko_id }) => coingecko_id !== coin.coingecko_id)
  const isSelected = others.length < coins.length
  return (
    <input
      type="checkbox"
      aria-label={`Select ${coin.name}`}
      checked={isSelected}
      disabled={!isSelected && coins.length >= maxComparedCoins}
      onChange={() => setCoins(isSelected ? others : [...coins, coin])}
      className="size-4 cursor-pointer accent-(--accent) disabled:cursor-default"
    />
  )
}

/** Takes the place of the stars while rows are selected. */
const selectColumn: Column = {
  id: 'select',
  key: null,
  label: 'Select',
  hidden: true,
  widths: [30, 36],
  grow: 0,
  className: 'pinned left-0 justify-center',
  byDefault: true,
  cell: (coin) => <SelectCell coin={coin} />,
  csv: [],
}

/** The columns, with checkboxes while rows are selected. */
export function useSelectableColumns(columns: readonly Column[]): readonly Column[] {
  const { isSelecting } = useContext(SelectionContext)
  return useMemo(
    () => (isSelecting ? columns.map((column) => (column.id === 'watch' ? selectColumn : column)) : columns),
    [columns, isSelecting],
  )
}

export function SelectButton() {
  const { isSelecting, setIsSelecting } = useContext(SelectionContext)
  return (
    <Button
      aria-label="Select coins to compare"
      title="Select coins to compare"
      aria-pressed={isSelecting}
      className={cn(isSelecting && 'border-accent text-accent')}
      onClick={() => setIsSelecting(!isSelecting)}
    >
      <GitCompareArrows size={16} strokeWidth={1.75} />
      <span className="hidden sm:inline">Compare</span>
    </Button>
  )
}

const minCompared = 2

/** The selected coins and the link to their comparison. */
export function SelectionBar() {
  const { isSelecting, setIsSelecting, coins, setCoins } = useContext(SelectionContext)
  if (!isSelecting) return null
  const cancel = () => {
    setCoins([])
    setIsSelecting(false)
  }
  return (
    <div className="flex flex-wrap items-center gap-2 border-b border-line px-3 py-2 text-[13px]">
      <p className="min-w-0 flex-1 text-muted" role="status">
        {coins.length === 0
          ? `Select ${minCompared} to ${maxComparedCoins} coins to compare.`
          : `${coins.length} selected: ${coins.map(({ name }) => name).join(', ')}`}
      </p>
      {coins.length >= minCompared && (
        <IntentLink
          href={compareHref(coins.map(({ coingecko_id }) => coingecko_id))}
          className="inline-flex h-8 items-center rounded-control bg-accent px-3 font-medium text-bg hover:brightness-110"
        >
          Compare {coins.length} coins
        </IntentLink>
      )}
      <Button onClick={cancel}>Cancel</Button>
    </div>
  )
}
