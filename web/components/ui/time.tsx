import { formatMinute, formatTime } from '@/lib/format'
import { useZone } from '@/lib/zone'

/** An instant in UTC; in full on hover. `dated`: with its day, to the minute. */
export function Time({ instant, dated = false }: { instant: string; dated?: boolean }) {
  const zone = useZone()
  const text = dated ? formatMinute(instant, zone) : formatTime(instant, zone)
  return (
    <time dateTime={instant} title={`${formatMinute(instant)}${instant.slice(16, 19)} UTC`} className="num">
      {text}
    </time>
  )
}
