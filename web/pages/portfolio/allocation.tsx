import type { PositionView } from '@contract/portfolios.ts'
import { CoinIcon } from '@/components/ui/coin-icon'
import { Panel } from '@/components/ui/panel'
import { formatShare } from '@/lib/format'

const maxShown = 10

/** Shares of the value, largest first. */
export function Allocation({ positions }: { positions: readonly PositionView[] }) {
  const held = positions.filter(({ weight_pct }) => (weight_pct ?? 0) > 0)
  const shown = held.slice(0, maxShown)
  const rest = held.slice(maxShown).reduce((sum, { weight_pct }) => sum + (weight_pct ?? 0), 0)
  const largest = Math.max(1, ...shown.map(({ weight_pct }) => weight_pct ?? 0))
  return (
    <Panel title="Allocation" note="Share of the value">
      <ul className="grid gap-2 p-4 text-[13px]">
        {shown.map((one) => (
          <li key={one.coin_id} className="grid grid-cols-[92px_1fr_56px] items-center gap-3">
            <span className="flex min-w-0 items-center gap-2">
              <CoinIcon coin={one} size={16} />
              <span className="truncate uppercase">{one.symbol}</span>
            </span>
            <span aria-hidden className="h-3 rounded-mark bg-line">
              <span
                className="block h-full rounded-mark bg-accent"
                style={{ width: `${((one.weight_pct ?? 0) / largest) * 100}%` }}
              />
            </span>
            <span className="num text-right">{formatShare(one.weight_pct)}</span>
          </li>
        ))}
        {rest > 0 && (
          <li className="flex justify-between text-muted">
            <span>{held.length - maxShown} others</span>
            <span className="num">{formatShare(rest)}</span>
          </li>
        )}
      </ul>
    </Panel>
  )
}
