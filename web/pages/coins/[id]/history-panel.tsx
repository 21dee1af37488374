import type { CoinOhlcv } from '@contract/charts.ts'
import type { CoinDetail } from '@contract/coins.ts'
import { useQuery } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import { useQueryStates } from 'nuqs'
import { toCsv } from '@/components/charts/chart-table'
import { DataTable } from '@/components/charts/data-table'
import { download } from '@/components/charts/download'
import { useReadiness } from '@/components/shell/readiness'
import { Button } from '@/components/ui/button'
import { Panel } from '@/components/ui/panel'
import { EmptyState, ErrorState, Skeleton } from '@/components/ui/states'
import { useInView } from '@/lib/hooks'
import { toMarketName } from './candle-source'
import { toRangeKey } from './chart-range'
import { chartParsers } from './chart-state'
import { rangeQuery } from './coin-queries'
import { toHistoryTable } from './history-table'

const height = 'h-[396px]'

function Rows({ coin, candles }: { coin: CoinDetail; candles: CoinOhlcv['candles'] }) {
  if (candles.length === 0)
    return (
      <EmptyState title="No closed days yet">
        <p className="text-[13px] text-muted">Daily candles are built after each UTC day closes.</p>
      </EmptyState>
    )
  return <DataTable table={toHistoryTable(coin.name, candles)} className={height} />
}

/** The closed days in the range of the chart, newest first. Fetched when the panel scrolls into view. */
export function History({ coin }: { coin: CoinDetail }) {
  const [near, isNear] = useInView()
  const [range] = useQueryStates(chartParsers)
  const { data, error, refetch } = useQuery({
    ...rangeQuery(coin.id, { range, interval: '1d', ind: '' }),
    enabled: isNear,
  })
  const candles = isNear ? data?.candles : undefined
  const { data: readiness } = useReadiness()
  const market = isNear && data !== undefined ? toMarketName(data, readiness?.mode) : null
  const save = () =>
    download(
      new Blob([toCsv(toHistoryTable(coin.name, candles ?? []))], { type: 'text/csv' }),
      `${coin.coingecko_id}-history-${toRangeKey(range)}.csv`,
    )
  return (
    <div ref={near} data-testid="history">
      <Panel
        title="History"
        note={`Closed days (UTC) in the range of the chart, newest first${market === null ? '' : `. ${market}`}`}
        controls={
          <Button
            variant="plain"
            size="icon"
            aria-label="Download history (CSV)"
            title="Download history (CSV)"
            disabled={candles === undefined || candles.length === 0}
            onClick={save}
          >
            <Download size={16} strokeWidth={1.75} />
          </Button>
        }
      >
        <div className={height}>
          {candles !== undefined && <Rows coin={coin} candles={candles} />}
          {candles === undefined && error !== null && (
            <ErrorState message={error.message} onRetry={() => void refetch()} />
          )}
          {candles === undefined && error === null && <Skeleton className="m-4 h-[364px]" />}
        </div>
      </Panel>
    </div>
  )
}
