import { useQuery } from '@tanstack/react-query'
import { Panel } from '@/components/ui/panel'
import { fetchPerformance } from '@/lib/portfolios'
import { usePortfolioCurrency } from './portfolio-currency'
import { Amount } from './totals'

const maxShown = 8

/** What each coin added to the profit since the first transaction; the sum is the profit exactly. */
export function Contributions({ portfolioId }: { portfolioId: number }) {
  const { code } = usePortfolioCurrency()
  const { data } = useQuery({
    queryKey: ['portfolio', portfolioId, 'performance', 'all', code],
    queryFn: () => fetchPerformance(portfolioId, null, code),
  })
  if (data === undefined || data.contributions.length === 0) return null
  const half = maxShown / 2
  const all = data.contributions
  const shown = all.length <= maxShown ? all : [...all.slice(0, half), ...all.slice(-half)]
  return (
    <Panel title="Contribution to P&L" note="Since the first transaction">
      <ul className="grid gap-1.5 p-4 text-[13px]">
        {shown.map(({ coin_id, name, profit_usd }) => (
          <li key={coin_id} className="flex justify-between gap-3">
            <span className="truncate">{name}</span>
            <Amount usd={profit_usd} isGain />
          </li>
        ))}
        <li className="flex justify-between gap-3 border-t border-line pt-1.5 font-medium">
          <span>Total</span>
          <Amount usd={data.profit_usd} isGain />
        </li>
      </ul>
    </Panel>
  )
}
