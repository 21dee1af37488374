import type { PortfolioSummary } from '@contract/portfolios.ts'
import type { ReactNode } from 'react'
import { useMemo } from 'react'
import { Change } from '@/components/ui/change'
import { cn } from '@/components/ui/cn'
import { Value } from '@/components/ui/value'
import { formatExactPrice, formatFixed, formatPrice, symbols, toDirection } from '@/lib/format'
import { useLiveFigures } from '@/lib/live-figures'
import type { ShownCurrency } from '../../../contract/shown-currencies'
import { toLiveGain } from './live-portfolio'
import { usePortfolioCurrency } from './portfolio-currency'

const colors = { up: 'text-up', down: 'text-down', flat: '', unknown: 'text-faint' } as const

const minus = '−'

/** An amount in cents: `$1,234.50`, `−$6.20`; of bitcoin or ether with the digits of a price. */
function toText(amount: number, code: ShownCurrency): string {
  if (code === 'btc' || code === 'eth') return formatPrice(amount, code)
  return `${amount < 0 ? minus : ''}${symbols[code]}${formatFixed(Math.abs(amount), code === 'jpy' ? 0 : 2)}`
}

/** An amount in the currency of the portfolio, with its sign when it is a gain. */
export function Amount({ usd, isGain = false }: { usd: number | null; isGain?: boolean }) {
  const { code } = usePortfolioCurrency()
  if (usd === null) return <span className="text-faint">–</span>
  const text = `${isGain && usd > 0 ? '+' : ''}${toText(usd, code)}`
  return (
    <span className={cn('num whitespace-nowrap', isGain && colors[toDirection(usd)])}>
      <Value text={text} exact={formatExactPrice(usd, code)} />
    </span>
  )
}

function Fact({ label, children, hero = false }: { label: string; children: ReactNode; hero?: boolean }) {
  return (
    <div className="min-w-0">
      <dt className="text-[12px] text-muted">{label}</dt>
      <dd className={cn('num font-medium', hero ? 'text-[28px] leading-9' : 'text-[16px] leading-9')}>{children}</dd>
    </div>
  )
}

/** Value and profit at live prices. */
export function Totals({ summary }: { summary: PortfolioSummary }) {
  const { totals } = summary
  const currency = usePortfolioCurrency()
  const held = useMemo(() => summary.positions.filter(({ quantity }) => quantity > 0), [summary])
  const gain = useLiveFigures(held, (toPrice) => toLiveGain(held, toPrice, currency))
  const unrealized = totals.unrealized_usd + gain
  const pct = totals.cost_usd > 0 ? (unrealized / totals.cost_usd) * 100 : null
  return (
    <dl className="panel flex flex-wrap items-end gap-x-8 gap-y-2 px-4 py-3" data-testid="totals">
      <Fact label="Value" hero>
        <Amount usd={totals.value_usd + gain} />
      </Fact>
      <Fact label="Unrealized P&L">
        <Amount usd={unrealized} isGain /> <Change pct={pct} className="text-[13px]" />
      </Fact>
      <Fact label="Realized P&L">
        <Amount usd={totals.realized_usd} isGain />
      </Fact>
      <Fact label="Total P&L">
        <Amount usd={totals.profit_usd + gain} isGain />
      </Fact>
      <Fact label="Cost basis">
        <Amount usd={totals.cost_usd} />
      </Fact>
      <Fact label="Income">
        <Amount usd={totals.income_usd} />
      </Fact>
      <Fact label="Fees">
        <Amount usd={totals.fees_usd} />
      </Fact>
    </dl>
  )
}
