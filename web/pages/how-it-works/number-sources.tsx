import { Panel } from '@/components/ui/panel'
import { ReferenceTable } from '@/components/ui/reference-table'

const numbers: readonly { name: string; column: string; from: string; fresh: string }[] = [
  {
    name: 'Price, in pages',
    column: 'the stream; before its first frame latest_market_data.price_usd',
    from: 'The feed in use, else the last snapshot',
    fresh: 'as it changes',
  },
  { name: 'Price, in tables and charts', column: 'fact_market_data.price_usd', from: 'CoinGecko', fresh: '10 min' },
  {
    name: 'Market cap, volume, rank',
    column: 'fact_market_data',
    from: 'CoinGecko; volume is of 24 h',
    fresh: '10 min',
  },
  {
    name: 'Change of 1 h, 24 h, 7 d',
    column: 'latest_market_data.price_change_*_pct',
    from: 'CoinGecko, percent',
    fresh: '10 min',
  },
  {
    name: 'Totals and dominance',
    column: 'sum of market_cap over tracked coins',
    from: 'Computed; 24 h ago over the same coins',
    fresh: '10 min',
  },
  {
    name: 'Candles of days',
    column: 'fact_daily_ohlcv',
    from: 'Prices at both midnights of a UTC day, highest and lowest between; change is close to close',
    fresh: '03:00 UTC',
  },
  {
    name: 'Candles of minutes',
    column: 'fact_minute_ohlc',
    from: 'Prices of the stream; snapshots where it had none',
    fresh: '10 s',
  },
  {
    name: 'Risk of a coin',
    column: 'analytics_volatility',
    from: 'Daily closes of closed UTC days',
    fresh: '04:00 UTC',
  },
  { name: 'Correlations', column: 'analytics_correlation', from: 'The same closes', fresh: '04:00 UTC' },
  { name: 'Quality scores', column: 'data_quality_checks', from: 'The newest verdict of each check', fresh: '10 min' },
]

/** Where each number of the pages comes from. */
export function Numbers() {
  return (
    <Panel title="Where each number comes from" note="A fact has one name from column to screen">
      <ReferenceTable
        caption="Numbers and their sources"
        head={['Number', 'Column', 'From', 'Renewed']}
        rows={numbers.map(({ name, column, from, fresh }) => ({
          key: name,
          cells: [
            name,
            <code key="column" className="text-[12px] break-words @max-[600px]:wrap-anywhere">
              {column}
            </code>,
            from,
            <span key="fresh" className="@min-[600px]:whitespace-nowrap">
              {fresh}
            </span>,
          ],
        }))}
      />
    </Panel>
  )
}
