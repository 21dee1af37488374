import { ArrowRight } from 'lucide-react'
import { Panel } from '@/components/ui/panel'

type Step = { title: string; text: string }
type Path = { name: string; every: string; steps: readonly Step[] }

const toPaths = (isDemo: boolean): readonly Path[] => [
  {
    name: 'Batch',
    every: 'Every 10 min',
    steps: [
      isDemo
        ? { title: 'Market simulator', text: 'Simulates the CoinGecko REST API' }
        : { title: 'CoinGecko', text: 'REST API v3, within a rate limit' },
      { title: 'Validation', text: 'Invalid rows are quarantined with the rule they broke' },
      { title: 'Atomic write', text: 'One transaction: dim_coin, fact_market_data, latest_market_data' },
      { title: 'Daily jobs', text: 'fact_daily_ohlcv, then risk metrics and correlations' },
    ],
  },
  {
    name: 'Live',
    every: 'Up to 4 messages/s',
    steps: [
      isDemo
        ? { title: 'Market simulator', text: 'Simulates the CoinCap price stream' }
        : { title: 'Price source', text: 'CoinCap with an API key, or an exchange, with automatic failover' },
      { title: 'Filter', text: 'Rejects and counts stale, duplicate, future-dated and implausible prices' },
      { title: 'Bus and hub', text: 'In-process or Redis; each message is encoded once for all clients' },
      { title: 'Clients', text: 'WebSocket, server-sent events and fact_minute_ohlc' },
    ],
  },
  {
    name: 'Query',
    every: 'On request',
    steps: [
      { title: 'Warehouse', text: 'PostgreSQL star schema' },
      { title: 'API', text: '/api/v1, validated and documented from one schema' },
      { title: 'Cache', text: 'Responses are cached with an ETag until the pipeline writes' },
      { title: 'Pages', text: 'Rendered on the server, updated by polling and the price stream' },
    ],
  },
]

/** The batch, live and query paths. */
export function DataFlow({ isDemo }: { isDemo: boolean }) {
  return (
    <Panel title="Data flow" note="Three independent paths">
      <div className="divide-y divide-line">
        {toPaths(isDemo).map(({ name, every, steps }) => (
          <div key={name} className="grid gap-x-4 gap-y-2 px-4 py-3 lg:grid-cols-[7rem_minmax(0,1fr)]">
            <h3 className="flex items-baseline gap-2 text-[13px] font-semibold lg:block">
              {name}
              <span className="block text-[12px] font-normal text-muted">{every}</span>
            </h3>
            <ol className="grid gap-2 lg:grid-cols-4 lg:gap-6">
              {steps.map(({ title, text }, index) => (
                <li key={title} className="relative rounded-control border border-line-strong px-3 py-2">
                  <p className="text-[13px] font-medium">{title}</p>
                  <p className="text-[12px] leading-4 text-muted">{text}</p>
                  {index > 0 && (
                    <ArrowRight
                      aria-hidden
                      size={16}
                      strokeWidth={1.75}
                      className="absolute top-1/2 -left-5 hidden -translate-y-1/2 text-faint lg:block"
                    />
                  )}
                </li>
              ))}
            </ol>
          </div>
        ))}
      </div>
    </Panel>
  )
}
