import { Change } from '@/components/ui/change'
import { cn } from '@/components/ui/cn'
import { formatCompactUsd, formatFixed, formatPct } from '@/lib/format'
import type { Bar } from './bars'
import { formatOpening, type Zone } from './zone'

/** `source`: where the bar comes from. */
type Reading = { bar: Bar | null; time: number; intraday: boolean; zone: Zone; decimals: number; source: string }

/** What stands beside the prices: another coin, or the lines of an indicator. */
export type Extra = { label: string; values: { name: string; text: string; color: string }[] }

/** One bar as text for screen readers. */
export function describeBar(reading: Reading, extras: readonly Extra[]): string {
  const { bar, decimals } = reading
  const opening = formatOpening(reading.time, reading)
  if (bar === null) return `${opening}: no data`
  const price = (value: number) => `$${formatFixed(value, decimals)}`
  const prices = `open ${price(bar.open)}, high ${price(bar.high)}, low ${price(bar.low)}, close ${price(bar.close)}`
  const volume = bar.volume === null ? '' : `, volume ${formatCompactUsd(bar.volume)}`
  const more = extras
    .map(({ label, values }) => `, ${label} ${values.map(({ name, text }) => `${name} ${text}`.trim()).join(', ')}`)
    .join('')
  return `${opening}${bar.isOpen ? ', in progress' : ''}: ${prices}, close to close ${formatPct(bar.changePct)}${volume}, source ${reading.source}${more}`
}

function Item({ label, title, children }: { label: string; title: string; children: string }) {
  return (
    <span className="whitespace-nowrap" title={title}>
      <span className="mr-1 text-faint">{label}</span>
      {children}
    </span>
  )
}

/** The bar under the crosshair, or the last one, with the values beside it. */
export function ReadOut({ extras, ...reading }: Reading & { extras: readonly Extra[] }) {
  const { bar, decimals } = reading
  return (
    <div className="px-4 py-1.5">
      <p
        className="num flex min-h-14 flex-wrap content-center items-center gap-x-3 text-[12px] leading-4 sm:min-h-10"
        data-testid="read-out"
      >
        <span className={cn('whitespace-nowrap text-muted', !reading.intraday && 'min-w-20')}>
          {formatOpening(reading.time, reading)}
        </span>
        {bar === null && <span className="text-muted">No data</span>}
        {bar !== null && (
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
            <span className="text-faint" title="Source" data-testid="candle-source">
              {reading.source}
            </span>
          </>
        )}
      </p>
      {extras.length > 0 && (
        <p className="num flex flex-wrap gap-x-3 text-[12px] leading-4" data-testid="indicator-values">
          {extras.map(({ label, values }) => (
            <span key={label} className="whitespace-nowrap">
              <span className="text-faint">{label}</span>{' '}
              {values.map(({ name, text, color }) => (
                <span key={name} className="ml-1.5" title={name}>
                  <span
                    aria-hidden
                    className="mr-1 inline-block h-0.5 w-2 align-middle"
                    style={{ background: color }}
                  />
                  {text}
                </span>
              ))}
            </span>
          ))}
        </p>
      )}
    </div>
  )
}
