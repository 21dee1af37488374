import { ArrowRight } from 'lucide-react'
import { Panel } from '@/components/ui/panel'

type Step = { title: string; text: string }
type Path = { name: string; every: string; steps: readonly Step[] }

const toPaths = (isDemo: boolean): readonly Path[] => [
  {
    name: 'Batch',
    every: 'every 10 min',
    steps: [
      isDemo
        ? { title: 'Market simulator', text: "Speaks CoinGecko's REST API; the adapters are those of the real one" }
        : { title: 'CoinGecko', text: 'REST v3, within a budget of calls a minute' },
      { title: 'Rules', text: 'Each row is judged; a bad one goes to quarantine with the rule it broke' },
      { title: 'One transaction', text: 'dim_coin, fact_market_data, latest_market_data: a tick is whole or absent' },
      { title: 'Nightly', text: 'fact_daily_ohlcv at 03:00 UTC, risk and correlations at 04:00 UTC' },
    ],
  },
  {
    name: 'Live',
    every: 'up to 4 a second',
    steps: [
      isDemo
        ? { title: 'Market simulator', text: "Speaks CoinCap's stream of prices" }
        : { title: 'A feed', text: 'CoinCap with a key, else an exchange; the next one when it fails' },
      { title: 'Guard', text: 'Old, equal, future and jumping prices are refused, and counted' },
      { title: 'Bus and hub', text: 'In process or over Redis; one encoded frame for every reader' },
      { title: 'Readers', text: 'WebSocket, server-sent events, and fact_minute_ohlc' },
    ],
  },
  {
    name: 'Read',
    every: 'on request',
    steps: [
      { title: 'Warehouse', text: 'PostgreSQL; every statement is in server/warehouse/' },
      { title: 'API', text: '/api/v1: one schema is type, validation and documentation' },
      { title: 'Cache', text: 'Answers are kept until the pipeline writes again, with an ETag' },
      { title: 'Pages', text: 'Drawn on the server first, then asked anew; prices come by the stream' },
    ],
  },
]

/** The three ways of data through the product. */
export function Flow({ isDemo }: { isDemo: boolean }) {
  return (
    <Panel title="How data flow" note="Three paths, none of which waits for another">
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
