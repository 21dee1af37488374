import { Change } from '@/components/ui/change'
import { cn } from '@/components/ui/cn'
import { formatCompactUsd, formatDay, formatFixed, formatMinute, formatPct } from '@/lib/format'
import type { Bar } from './bars'

type Reading = { bar: Bar | null; time: number; kind: 'candle' | 'line'; intraday: boolean; decimals: number }

const when = ({ bar, time, kind, intraday }: Reading): string => {
  const at = bar !== null && kind === 'line' ? bar.at : time
  return intraday || kind === 'line' ? `${formatMinute(at)} UTC` : formatDay(at)
}

/** One bar as text for screen readers. */
export function describeBar(reading: Reading): string {
  const { bar, kind, decimals } = reading
  if (bar === null) return `${when(reading)}: no data`
  const price = (value: number) => `$${formatFixed(value, decimals)}`
  if (kind === 'line') return `${when(reading)}: ${price(bar.close)}`
  const prices = `open ${price(bar.open)}, high ${price(bar.high)}, low ${price(bar.low)}, close ${price(bar.close)}`
  const volume = bar.volume === null ? '' : `, volume ${formatCompactUsd(bar.volume)}`
  return `${when(reading)}${bar.isOpen ? ', in progress' : ''}: ${prices}, close to close ${formatPct(bar.changePct)}${volume}`
}

function Item({ label, title, children }: { label: string; title: string; children: string }) {
  return (
    <span className="whitespace-nowrap" title={title}>
      <span className="mr-1 text-faint">{label}</span>
      {children}
    </span>
  )
}

/** The bar under the crosshair, or the last one. */
export function ReadOut(reading: Reading) {
  const { bar, kind, decimals } = reading
  return (
    <p
      className="num flex min-h-16 flex-wrap content-center items-center gap-x-3 px-4 text-[12px] leading-4 sm:min-h-9"
      data-testid="read-out"
    >
      <span className={cn('whitespace-nowrap text-muted', !reading.intraday && kind === 'candle' && 'min-w-20')}>
        {when(reading)}
      </span>
      {bar === null && <span className="text-muted">No data</span>}
      {bar !== null && kind === 'line' && (
        <Item label="Price" title="US dollars">
          {`$${formatFixed(bar.close, decimals)}`}
        </Item>
      )}
      {bar !== null && kind === 'candle' && (
        <>
          <Item label="O" title="Open">
            {formatFixed(bar.open, decimals)}
          </Item>
          <Item label="H" title="High">
            {formatFixed(bar.high, decimals)}
          </Item>
          <Item label="L" title="Low">
            {formatFixed(bar.low, decimals)}
          </Item>
          <Item label="C" title="Close">
            {formatFixed(bar.close, decimals)}
          </Item>
          <span title="Change from the previous close">
            <Change pct={bar.changePct} />
          </span>
          {bar.volume !== null && (
            <Item label="V" title="Volume in US dollars">
              {formatCompactUsd(bar.volume)}
            </Item>
          )}
          {bar.isOpen && <span className="text-muted">in progress</span>}
        </>
      )}
    </p>
  )
}
