import type { CoinDetail } from '@contract/coins.ts'
import { useQuery } from '@tanstack/react-query'
import { useReadiness } from '@/components/shell/readiness'
import { ErrorState, Skeleton } from '@/components/ui/states'
import { defaultCorrelation } from './chart-state'
import { analyticsQuery } from './coin-queries'
import { RiskTable } from './risk-table'

export function Risk({ coin }: { coin: CoinDetail }) {
  const { data, error, refetch } = useQuery(analyticsQuery(coin.id, Number(defaultCorrelation)))
  const { data: readiness } = useReadiness()
  if (data !== undefined) return <RiskTable analytics={data} mode={readiness?.mode} />
  return (
    <div className="panel">
      {error === null ? (
        <Skeleton className="m-4 h-80" />
      ) : (
        <ErrorState message={error.message} onRetry={() => void refetch()} />
      )}
    </div>
  )
}
