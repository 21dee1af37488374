import type { Alert } from '@contract/alerts.ts'
import { formatPct } from '@/lib/format'
import { useLiveFigure } from '@/lib/live-figures'

/** How far a price has to move to a threshold, in percent of the price; null when unknown. */
function toDistance(threshold: number, price: number | null): number | null {
  if (price === null || price <= 0) return null
  const pct = (threshold / price - 1) * 100
  return Number.isFinite(pct) ? Number(pct.toFixed(2)) : null
}

/** The distance of a coin's live price to a price. */
export function PriceDistance(props: { id: string; known: number | null; threshold: number }) {
  const pct = useLiveFigure(props.id, props.known, (price) => toDistance(props.threshold, price))
  return <span className="num">{formatPct(pct)}</span>
}

/** The live distance of a price alert to its threshold. Other conditions have none. */
export function Distance({ alert }: { alert: Alert }) {
  const { condition, coingecko_id, price_usd } = alert
  if (condition.type !== 'price' || coingecko_id === null) return <>–</>
  return <PriceDistance id={coingecko_id} known={price_usd} threshold={condition.price_usd} />
}
