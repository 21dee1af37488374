import type { Comparison } from '@contract/compare.ts'
import { ScaleLegend } from '@/components/charts/tier-legend'
import { correlationTiers, toColor, toCorrelationTier } from '@/components/charts/tiers'
import { cn } from '@/components/ui/cn'
import { Panel } from '@/components/ui/panel'
import { ScrollRegion } from '@/components/ui/scroll-region'
import { Value } from '@/components/ui/value'
import { formatCorrelation, unknown } from '@/lib/format'

function Cell({ value, isSelf }: { value: number | null; isSelf: boolean }) {
  const isColored = value !== null && !isSelf
  const text = value === null ? unknown : isSelf ? '1' : formatCorrelation(value)
  return (
    <td
      title={value === null ? 'Too few daily returns, or a constant price' : undefined}
      className={cn('h-(--row) min-w-11 border border-surface text-center', isSelf && 'text-faint')}
      style={
        isColored
          ? { background: toColor(toCorrelationTier(value)), color: 'var(--tile-text)' }
          : { background: isSelf ? 'var(--bg)' : 'transparent' }
      }
    >
      <Value text={text} />
    </td>
  )
}

const pinned = 'sticky left-0 z-[1] bg-surface'
const symbol = 'max-w-20 truncate px-1 text-[12px] font-medium text-muted uppercase'

/** Correlation of the daily returns of each pair. */
export function CorrelationPanel({ comparison: { coins, correlation } }: { comparison: Comparison }) {
  return (
    <Panel title="Correlation" note="Of daily returns over the common days">
      {coins.length < 2 ? (
        <p className="p-4 text-[13px] text-muted">Add a second coin to see how they move together.</p>
      ) : (
        <>
          <ScrollRegion label="Correlation matrix" className="relative grow overflow-x-auto px-3 pt-2">
            <table className="num w-full border-separate border-spacing-0 text-[12px]" data-testid="correlation">
              <thead>
                <tr>
                  <td className={pinned} />
                  {coins.map((coin) => (
                    <th key={coin.coin_id} scope="col" title={coin.name} className={cn(symbol, 'h-7 text-center')}>
                      {coin.symbol}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {coins.map((coin, row) => (
                  <tr key={coin.coin_id}>
                    <th scope="row" title={coin.name} className={cn(symbol, pinned, 'text-left')}>
                      {coin.symbol}
                    </th>
                    {coins.map((other, column) => (
                      <Cell key={other.coin_id} value={correlation[row]?.[column] ?? null} isSelf={row === column} />
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </ScrollRegion>
          <footer className="mt-2 border-t border-line px-4 py-3 text-[12px] text-muted">
            <ScaleLegend label="Correlation" tiers={correlationTiers} />
          </footer>
        </>
      )}
    </Panel>
  )
}
