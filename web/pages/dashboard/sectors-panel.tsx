import type { Sectors } from '@contract/market-figures.ts'
import { useQuery } from '@tanstack/react-query'
import { Amount } from '@/components/ui/amount'
import { Change } from '@/components/ui/change'
import { cn } from '@/components/ui/cn'
import { CoinIcon } from '@/components/ui/coin-icon'
import { IntentLink } from '@/components/ui/intent-link'
import { Panel } from '@/components/ui/panel'
import { ScrollRegion } from '@/components/ui/scroll-region'
import { ErrorState, Skeleton } from '@/components/ui/states'
import { kindLabels } from '@/lib/coin-kinds'
import { coinHref } from '@/lib/links'
import { useMoney } from '@/lib/money'
import { type InitialData, sectorsQuery } from './dashboard-queries'

const head = 'h-9 px-1.5 text-[12px] font-medium whitespace-nowrap text-muted first:pl-4 last:pr-4'
const cell = 'h-11 px-1.5 whitespace-nowrap first:pl-4 last:pr-4'

function Row({ sector }: { sector: Sectors[number] }) {
  const money = useMoney()
  const { category, coin_count, total_market_cap, total_volume, market_cap_change_24h_pct, leaders } = sector
  return (
    <tr className="border-t border-line hover:bg-raised">
      <th scope="row" className={cn(cell, 'text-left font-medium')}>
        <IntentLink href={`/market?kind=${category}`} className="hover:text-accent">
          {kindLabels[category]} <span className="num font-normal text-faint">{coin_count}</span>
        </IntentLink>
      </th>
      <td className={cn(cell, 'text-right')}>
        <Amount usd={total_market_cap} />
      </td>
      <td className={cn(cell, 'text-right')}>
        <Change pct={money.change(market_cap_change_24h_pct, '24h')} />
      </td>
      <td className={cn(cell, 'text-right')}>
        <Amount usd={total_volume} />
      </td>
      <td className={cell}>
        <ul className="flex gap-2">
          {leaders.map((coin) => (
            <li key={coin.coin_id}>
              <IntentLink
                href={coinHref(coin)}
                title={coin.name}
                className="flex items-center gap-1.5 hover:text-accent"
              >
                <CoinIcon coin={coin} size={16} />
                <span className="text-[12px] uppercase">{coin.symbol}</span>
              </IntentLink>
            </li>
          ))}
        </ul>
      </td>
    </tr>
  )
}

/** Each kind of coins with its totals and largest coins. A kind opens the market of its coins. */
export function SectorsPanel({ initial }: { initial: InitialData }) {
  const { data, error, refetch } = useQuery(sectorsQuery(initial))
  return (
    <Panel title="Sectors" note="Market cap change over the same coins then and now">
      {data === undefined && error === null && <Skeleton className="m-4 h-40" />}
      {data === undefined && error !== null && <ErrorState message={error.message} onRetry={() => void refetch()} />}
      {data?.length === 0 && <p className="p-4 text-[13px] text-muted">Waiting for the first market snapshot.</p>}
      {data !== undefined && data.length > 0 && (
        <ScrollRegion label="Table of sectors" className="relative overflow-x-auto">
          <table className="num w-full text-[12px] md:text-[13px]" data-testid="sectors">
            <thead>
              <tr>
                <th scope="col" className={cn(head, 'text-left')}>
                  Sector
                </th>
                <th scope="col" className={cn(head, 'text-right')}>
                  Market cap
                </th>
                <th scope="col" className={cn(head, 'text-right')}>
                  24h
                </th>
                <th scope="col" className={cn(head, 'text-right')}>
                  24h volume
                </th>
                <th scope="col" className={cn(head, 'text-left')}>
                  Largest
                </th>
              </tr>
            </thead>
            <tbody>
              {data.map((sector) => (
                <Row key={sector.category} sector={sector} />
              ))}
            </tbody>
          </table>
        </ScrollRegion>
      )}
    </Panel>
  )
}
