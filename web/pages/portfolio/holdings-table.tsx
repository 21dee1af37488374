import type { PositionView } from '@contract/portfolios.ts'
import type { ReactNode } from 'react'
import { Change } from '@/components/ui/change'
import { CoinIcon } from '@/components/ui/coin-icon'
import { IntentLink } from '@/components/ui/intent-link'
import { LivePrice } from '@/components/ui/live-price'
import { Panel } from '@/components/ui/panel'
import { ScrollRegion } from '@/components/ui/scroll-region'
import { formatExact, formatPrice, formatShare } from '@/lib/format'
import { useLiveFigure } from '@/lib/live-figures'
import { toLiveValue, toOwnPrice, toStreamed } from './live-portfolio'
import { usePortfolioCurrency } from './portfolio-currency'
import { Amount } from './totals'

const title = 'px-3 py-2 text-[12px] font-medium text-muted whitespace-nowrap'
const head = `${title} text-right`
const cell = 'num px-3 text-right whitespace-nowrap'

function Row({ position }: { position: PositionView }) {
  const { coingecko_id, cost_usd, quantity } = position
  const currency = usePortfolioCurrency()
  const streamed = toStreamed(position, currency)
  const value = useLiveFigure(coingecko_id, streamed.price_usd, (price) =>
    toLiveValue(position, toOwnPrice(price, position, currency)),
  )
  const unrealized = value === null ? null : value - cost_usd
  const isHeld = quantity > 0
  return (
    <tr className="h-9 border-t border-line hover:bg-raised">
      <td className="sticky left-0 bg-surface px-3 pl-4">
        <IntentLink href={`/coins/${coingecko_id}`} className="flex items-center gap-2.5">
          <CoinIcon coin={position} />
          <span className="max-w-32 truncate font-medium">{position.name}</span>
          <span className="hidden text-faint uppercase sm:inline">{position.symbol}</span>
        </IntentLink>
      </td>
      <td className={cell}>{isHeld ? <LivePrice coin={streamed} /> : '–'}</td>
      <td className={cell}>{isHeld ? formatExact(quantity) : 'Sold'}</td>
      <td className={cell}>
        <Amount usd={isHeld ? value : null} />
      </td>
      <td className={cell}>{formatPrice(position.average_cost_usd, currency.code)}</td>
      <td className={cell}>
        <Amount usd={isHeld ? unrealized : null} isGain />
      </td>
      <td className={cell}>
        <Change
          pct={isHeld && cost_usd > 0 && unrealized !== null ? (unrealized / cost_usd) * 100 : null}
          why="No cost"
        />
      </td>
      <td className={cell}>
        <Amount usd={position.realized_usd} isGain />
      </td>
      <td className={`${cell} pr-4`}>{formatShare(isHeld ? position.weight_pct : null)}</td>
    </tr>
  )
}

/** The coins held, at live prices, and those sold. */
export function HoldingsTable({ positions, controls }: { positions: readonly PositionView[]; controls: ReactNode }) {
  return (
    <Panel title="Holdings" controls={controls}>
      <ScrollRegion label="Holdings table" className="relative overflow-x-auto">
        <table className="w-full text-[13px]" data-testid="holdings">
          <thead>
            <tr>
              <th className={`${title} sticky left-0 bg-surface pl-4 text-left`}>Coin</th>
              <th className={head}>Price</th>
              <th className={head}>Quantity</th>
              <th className={head}>Value</th>
              <th className={head}>Average cost</th>
              <th className={head}>Unrealized P&L</th>
              <th className={head}>Return</th>
              <th className={head}>Realized P&L</th>
              <th className={`${head} pr-4`}>Share</th>
            </tr>
          </thead>
          <tbody>
            {positions.map((position) => (
              <Row key={position.coin_id} position={position} />
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </Panel>
  )
}
