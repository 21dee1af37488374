import type { HoldingsRisk as Risk } from '@contract/portfolio-balance.ts'
import { useQuery } from '@tanstack/react-query'
import { MethodPopover } from '@/components/charts/method'
import { CoinIcon } from '@/components/ui/coin-icon'
import { Panel } from '@/components/ui/panel'
import { ErrorState, Skeleton } from '@/components/ui/states'
import { formatCorrelation, formatFraction, formatShare, unknown } from '@/lib/format'
import { fetchHoldingsRisk } from '@/lib/portfolios'
import { Amount } from './totals'

const days = 90
const maxShown = 8

const method = {
  about:
    'What a portfolio with the present shares w would have risked, from the covariances of the daily returns of its coins.',
  facts: [
    { label: 'Volatility', text: '√(w · covariances · w × 365)' },
    { label: 'Value at risk', text: '1.645 × daily volatility: with normal returns, one day in 20 loses more' },
    { label: 'Share of risk', text: 'w × covariance with the portfolio ÷ its variance. All sum to 100%' },
    { label: 'Period', text: `${days} closed UTC days on which every coin has a return` },
  ],
} as const

function Facts({ risk, value }: { risk: Risk; value: number }) {
  const { volatility_annualized, value_at_risk_95: loss, correlation_btc } = risk
  const facts = [
    ['Annualized volatility', formatFraction(volatility_annualized, 1)],
    [
      'Value at risk (95%, 1 day)',
      loss === null ? (
        unknown
      ) : (
        <span key="loss">
          {formatFraction(loss, 1)}{' '}
          <span className="text-[12px] text-muted">
            <Amount usd={loss * value} />
          </span>
        </span>
      ),
    ],
    ['Correlation with Bitcoin', correlation_btc === null ? unknown : formatCorrelation(correlation_btc)],
  ] as const
  return (
    <dl className="grid grid-cols-2 gap-x-6 gap-y-2 px-4 pt-3" data-testid="risk">
      {facts.map(([label, text]) => (
        <div key={label}>
          <dt className="text-[12px] text-muted">{label}</dt>
          <dd className="num text-[14px] font-medium">{text}</dd>
        </div>
      ))}
    </dl>
  )
}

function Shares({ positions }: Pick<Risk, 'positions'>) {
  const shown = positions.toSorted((a, b) => (b.risk_share ?? 0) - (a.risk_share ?? 0)).slice(0, maxShown)
  return (
    <table className="num mt-2 w-full text-[12px]">
      <thead className="text-faint">
        <tr>
          <th scope="col" className="h-7 pl-4 text-left font-normal">
            Coin
          </th>
          <th scope="col" className="px-2 text-right font-normal">
            Share of value
          </th>
          <th scope="col" className="pr-4 text-right font-normal">
            Share of risk
          </th>
        </tr>
      </thead>
      <tbody>
        {shown.map((one) => (
          <tr key={one.coin_id} className="border-t border-line">
            <th scope="row" className="h-8 pl-4 text-left font-normal">
              <span className="flex items-center gap-2">
                <CoinIcon coin={one} size={16} />
                <span className="uppercase">{one.symbol}</span>
              </span>
            </th>
            <td className="px-2 text-right">{formatShare(100 * one.weight)}</td>
            <td className="pr-4 text-right">{formatShare(one.risk_share === null ? null : 100 * one.risk_share)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function explainNone({ positions, observations }: Risk): string {
  return positions.length === 0
    ? 'No held coin has enough daily closes yet.'
    : `The coins share only ${observations} daily returns. More history is needed.`
}

/** Risk of what is held now. `value`: of the portfolio. */
export function HoldingsRisk({ portfolioId, value }: { portfolioId: number; value: number }) {
  const { data, error, refetch } = useQuery({
    queryKey: ['portfolio', portfolioId, 'risk', days],
    queryFn: () => fetchHoldingsRisk(portfolioId, days),
  })
  return (
    <Panel
      title="Risk"
      note={`Of the present holdings, ${days} days`}
      controls={<MethodPopover title="Risk of the holdings" method={method} />}
    >
      {data === undefined && error === null && <Skeleton className="m-4 h-40" />}
      {data === undefined && error !== null && <ErrorState message={error.message} onRetry={() => void refetch()} />}
      {data !== undefined && data.value_at_risk_95 === null && (
        <p className="p-4 text-[13px] text-muted">{explainNone(data)}</p>
      )}
      {data !== undefined && data.value_at_risk_95 !== null && (
        <>
          <Facts risk={data} value={(value * data.covered_pct) / 100} />
          <Shares positions={data.positions} />
        </>
      )}
      {data !== undefined && data.left_out.length > 0 && (
        <p className="mt-auto border-t border-line px-4 py-3 text-[12px] text-muted">
          Without {data.left_out.map(({ symbol }) => symbol.toUpperCase()).join(', ')}: too few closes in {days} days.
        </p>
      )}
    </Panel>
  )
}
