import { formatAge } from '@/lib/format'
import { formatMoment, formatUtc, type Precision } from '@/lib/moment'
import { useNow } from '@/lib/now'
import { useZone } from '@/lib/zone'

const everyMs = 1000

type MomentProps = { at: string; precision?: Precision; className?: string }

/** An instant in UTC, the zone that the footer names; in full on hover. */
export function Moment({ at, precision = 'minute', className }: MomentProps) {
  const zone = useZone()
  return (
    <time dateTime={at} title={formatUtc(at)} className={className}>
      {formatMoment(at, zone, precision)}
    </time>
  )
}

/** How long ago an instant was, or in how long it will be. */
export function Age({ at, className }: { at: string; className?: string }) {
  const now = useNow(everyMs)
  if (now === null) return null
  const ms = now - Date.parse(at)
  return <span className={className}>{ms >= 0 ? `${formatAge(ms)} ago` : `in ${formatAge(-ms)}`}</span>
}
