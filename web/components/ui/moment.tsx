import { useEffect, useState } from 'react'
import { formatAge } from '@/lib/format'
import { formatMoment, formatUtc, type Precision } from '@/lib/moment'
import { useZone } from '@/lib/zone'

/** The time of day in ms, told anew every second; null in the server's first paint. */
function useNow(): number | null {
  const [now, setNow] = useState<number | null>(null)
  useEffect(() => {
    setNow(Date.now())
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [])
  return now
}

type MomentProps = { at: string; precision?: Precision; className?: string }

/** An instant in the reader's time zone; in UTC on hover. */
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
  const now = useNow()
  if (now === null) return null
  const ms = now - Date.parse(at)
  return <span className={className}>{ms >= 0 ? `${formatAge(ms)} ago` : `in ${formatAge(-ms)}`}</span>
}
