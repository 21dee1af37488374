const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const

/** How exactly an instant is written: `14:35`, `25 Nov 14:35`, `25 Nov 14:35:07`. */
export type Precision = 'time' | 'minute' | 'second'

const formats = new Map<string, Intl.DateTimeFormat>()

function partsOf(at: number, zone: string): Partial<Record<Intl.DateTimeFormatPartTypes, string>> {
  const format =
    formats.get(zone) ??
    new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      month: 'numeric',
      day: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
    })
  formats.set(zone, format)
  return Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]))
}

/** An instant in a time zone. */
export function formatMoment(instant: string | number, zone: string, precision: Precision = 'minute'): string {
  const { month, day, hour, minute, second } = partsOf(new Date(instant).getTime(), zone)
  const time = `${hour}:${minute}`
  if (precision === 'time') return time
  return `${Number(day)} ${months[Number(month) - 1]} ${time}${precision === 'second' ? `:${second}` : ''}`
}

/** An instant in full, in UTC: `2026-11-25 13:35:07 UTC`. */
export const formatUtc = (instant: string | number): string =>
  `${new Date(instant).toISOString().slice(0, 19).replace('T', ' ')} UTC`

const two = (count: number): string => String(count).padStart(2, '0')

/** How long something took: `40 ms`, `3.2 s`, `48 s`, `2 min 05 s`, `1 h 12 min`. */
export function formatDuration(seconds: number): string {
  const size = Math.max(0, seconds)
  if (size < 0.9995) return `${Math.round(size * 1000)} ms`
  if (size < 9.95) return `${size.toFixed(1)} s`
  const whole = Math.round(size)
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`
  const minutes = Math.round(size / 60)
  return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`
}
