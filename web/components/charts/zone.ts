import { formatDay, formatMinute } from '@/lib/format'

/** Time zones of the chart. Days and weeks are UTC in both. */
export const zones = ['utc', 'local'] as const
export type Zone = (typeof zones)[number]

/** How far the browser's clock is ahead of UTC at an instant, in ms. */
export const toOffset = (at: number, zone: Zone): number =>
  zone === 'utc' ? 0 : -60_000 * new Date(at).getTimezoneOffset()

const zoneName = (zone: Zone): string => (zone === 'utc' ? 'UTC' : 'local')

/** When a candle opens: `24 Nov 2026` for days, `24 Nov 2026 14:35 UTC` for shorter ones. */
export const formatOpening = (at: number, { intraday, zone }: { intraday: boolean; zone: Zone }): string =>
  intraday ? `${formatMinute(at + toOffset(at, zone))} ${zoneName(zone)}` : formatDay(at)
