import type { CoinDetail } from '@contract/coins.ts'
import type { ReactNode } from 'react'
import { Amount } from '@/components/ui/amount'
import { Change } from '@/components/ui/change'
import { LiveAmount } from '@/components/ui/live-amount'
import { LiveChange } from '@/components/ui/live-change'
import { Value } from '@/components/ui/value'
import { formatCompact, formatDay, formatExact, formatExactPrice, formatPrice, formatShare } from '@/lib/format'
import { toDistance, useLiveFigure } from '@/lib/live-figures'

function Fact({ label, title, children }: { label: string; title: string; children: ReactNode }) {
  return (
    <div className="flex min-h-9 items-center justify-between gap-4 border-b border-line px-4 py-1.5" title={title}>
      <dt className="text-[12px] text-muted">{label}</dt>
      <dd className="num text-right text-[13px]">{children}</dd>
    </div>
  )
}

type ExtremeProps = { coin: CoinDetail; price: number | null; date: string | null; pct: number | null }

/** An all-time high or low, and the distance of the live price from it. */
function Extreme({ coin, price, date, pct }: ExtremeProps) {
  const distance = useLiveFigure(coin.coingecko_id, coin.price_usd, (live) =>
    live === coin.price_usd ? pct : toDistance(price, pct, live),
  )
  return (
    <span className="flex flex-wrap items-baseline justify-end gap-x-3">
      <Value text={formatPrice(price)} exact={formatExactPrice(price)} />
      {price !== null && <Change pct={distance} className="min-w-20 text-right" />}
      {date !== null && <span className="min-w-20 text-right text-[12px] text-faint">{formatDay(date)}</span>}
    </span>
  )
}

function Supply({ coin }: { coin: CoinDetail }) {
  const { circulating_supply: circulating, total_supply: total, max_supply: max } = coin
  const limit = max ?? total
  const part = circulating === null || limit === null || limit <= 0 ? null : Math.min(1, circulating / limit)
  const of = max === null ? 'total' : 'max'
  return (
    <div className="grid grid-cols-[auto_1fr] items-baseline gap-x-4 border-b border-line px-4 py-2">
      <dt className="text-[12px] text-muted" title="Coins in circulation">
        Circulating supply
      </dt>
      <dd className="num text-right text-[13px]">
        <Value text={formatCompact(circulating)} exact={circulating === null ? '' : formatExact(circulating)} />{' '}
        <span className="text-[12px] text-faint uppercase">{coin.symbol}</span>
      </dd>
      {part !== null && (
        <dd className="num col-span-2 mt-1.5 text-[12px] text-muted">
          <span aria-hidden className="block h-1 overflow-hidden rounded-mark bg-line-strong">
            <span className="block h-full bg-muted" style={{ width: `${part * 100}%` }} />
          </span>
          <span className="mt-1 flex justify-between">
            <span>
              {formatShare(part * 100)} of {of} supply
            </span>
            <span>{formatCompact(limit)}</span>
          </span>
        </dd>
      )}
      {limit === null && <dd className="col-span-2 mt-1 text-[12px] text-faint">Max supply unknown</dd>}
    </div>
  )
}

const changes = [
  { span: '1h', window: '1h' },
  { span: '24h', window: '24h' },
  { span: '7d', window: '7d' },
] as const

export function Facts({ coin }: { coin: CoinDetail }) {
  return (
    <section className="panel" aria-labelledby="facts">
      <h2 id="facts" className="flex h-11 items-center border-b border-line px-4 text-[14px] font-semibold">
        Market data
      </h2>
      <dl className="[&>*:last-child]:border-0" data-testid="facts">
        <Fact label="Price change" title="Price change over the last hour, day and week">
          <span className="flex flex-wrap justify-end gap-x-4">
            {changes.map(({ span, window }) => (
              <span key={window} className="whitespace-nowrap">
                <span className="mr-1.5 text-[12px] text-faint">{span}</span>
                <LiveChange coin={coin} window={window} why="Not enough price history" />
              </span>
            ))}
          </span>
        </Fact>
        <Fact label="Market cap" title="Price × circulating supply">
          <LiveAmount coin={coin} amount={coin.market_cap} />
        </Fact>
        <Fact label="24h volume" title="Trading volume of the last 24 h">
          <Amount usd={coin.total_volume} />
        </Fact>
        <Fact label="Fully diluted valuation (FDV)" title="Price × max supply">
          <LiveAmount coin={coin} amount={coin.fully_diluted_valuation} />
        </Fact>
        <Supply coin={coin} />
        <Fact
          label="All-time high"
          title="Highest price on record in US dollars, distance of the current price, and date (UTC)"
        >
          <Extreme coin={coin} price={coin.ath} date={coin.ath_date} pct={coin.ath_change_pct} />
        </Fact>
        <Fact
          label="All-time low"
          title="Lowest price on record in US dollars, distance of the current price, and date (UTC)"
        >
          <Extreme coin={coin} price={coin.atl} date={coin.atl_date} pct={coin.atl_change_pct} />
        </Fact>
      </dl>
    </section>
  )
}
