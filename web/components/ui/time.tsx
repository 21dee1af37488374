import { formatMinute, formatTime } from '@/lib/format'

/** An instant in UTC; in full on hover. `dated`: with its day, to the minute. */
export function Time({ instant, dated = false }: { instant: string; dated?: boolean }) {
  const text = dated ? formatMinute(instant) : formatTime(instant)
  return (
    <time dateTime={instant} title={`${formatMinute(instant)}${instant.slice(16, 19)} UTC`} className="num">
      {text}
    </time>
  )
}
