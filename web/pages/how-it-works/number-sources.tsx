import { Panel } from '@/components/ui/panel'
import { ReferenceTable } from '@/components/ui/reference-table'

const numbers: readonly { name: string; column: string; source: string; refresh: string }[] = [
  {
    name: 'Live price',
    column: 'Price stream, initially latest_market_data.price_usd',
    source: 'Active price source, or the last snapshot',
    refresh: 'Live',
  },
  { name: 'Historical price', column: 'fact_market_data.price_usd', source: 'CoinGecko', refresh: '10 min' },
  {
    name: 'Market cap, volume, rank',
    column: 'fact_market_data',
    source: 'CoinGecko; volume is 24h volume',
    refresh: '10 min',
  },
  {
    name: '1h, 24h and 7d change',
    column: 'latest_market_data.price_change_*_pct',
    source: 'CoinGecko, in percent',
    refresh: '10 min',
  },
  {
    name: 'Totals and dominance',
    column: 'Sum of market_cap over tracked coins',
    source: 'Computed. The 24h change compares the same coins.',
    refresh: '10 min',
  },
  {
    name: 'Daily candles',
    column: 'fact_daily_ohlcv',
    source: 'Prices at both midnights (UTC), high and low in between. Changes are close to close.',
    refresh: 'Daily',
  },
  {
    name: 'Exchange candles',
    column: 'fact_exchange_ohlcv',
    source: 'Binance, Coinbase or Kraken: daily since the listing, hourly for a year, by minute for 7 days',
    refresh: 'Hourly',
  },
  {
    name: '1-minute candles',
    column: 'fact_minute_ohlc',
    source: 'Price stream. A minute without a price has no candle.',
    refresh: '10 s',
  },
  {
    name: 'Risk metrics',
    column: 'analytics_volatility',
    source: 'Daily closes',
    refresh: 'Daily',
  },
  { name: 'Correlations', column: 'analytics_correlation', source: 'Daily closes', refresh: 'Daily' },
  { name: 'Quality scores', column: 'data_quality_checks', source: 'Latest result of each check', refresh: '10 min' },
]

export function NumberSources() {
  return (
    <Panel title="Data sources" note="Source and refresh interval of each number">
      <ReferenceTable
        caption="Numbers and their sources"
        head={['Number', 'Column', 'Source', 'Refresh']}
        rows={numbers.map(({ name, column, source, refresh }) => ({
          key: name,
          cells: [
            name,
            <code key="column" className="text-[12px] break-words @max-[600px]:wrap-anywhere">
              {column}
            </code>,
            source,
            <span key="refresh" className="@min-[600px]:whitespace-nowrap">
              {refresh}
            </span>,
          ],
        }))}
      />
    </Panel>
  )
}
