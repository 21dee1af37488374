import { formatAge, formatMoment, formatUtc, type Precision } from '@/lib/format'
import { useNow } from '@/lib/hooks'

const intervalMs = 1000

type MomentProps = { at: string; precision?: Precision; className?: string }

/** An instant in UTC, without its year; in full on hover. */
export function Moment({ at, precision = 'minute', className }: MomentProps) {
  return (
    <time dateTime={at} title={formatUtc(at)} className={className}>
      {formatMoment(at, precision)}
    </time>
  )
}

/** Time since an instant, or until it. */
export function Age({ at, className }: { at: string; className?: string }) {
  const now = useNow(intervalMs)
  if (now === null) return null
  const ms = now - Date.parse(at)
  return <span className={className}>{ms >= 0 ? `${formatAge(ms)} ago` : `in ${formatAge(-ms)}`}</span>
}
