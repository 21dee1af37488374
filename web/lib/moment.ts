import { months, toClock, type Zone } from './format.ts'

/** How exactly an instant is written: `14:35`, `25 Nov 14:35`, `25 Nov 14:35:07`. */
export type Precision = 'time' | 'minute' | 'second'

/** An instant in a time zone. */
export function formatMoment(instant: string | number, zone: Zone, precision: Precision = 'minute'): string {
  const clock = toClock(instant, zone)
  const time = clock.slice(11, 16)
  if (precision === 'time') return time
  const [month, day] = [Number(clock.slice(5, 7)), Number(clock.slice(8, 10))]
  return `${day} ${months[month - 1]} ${precision === 'second' ? clock.slice(11) : time}`
}

/** An instant in full, in UTC: `2026-11-25 13:35:07 UTC`. */
export const formatUtc = (instant: string | number): string => `${toClock(instant, 'UTC')} UTC`

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
