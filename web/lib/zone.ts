import type { Zone } from './format.ts'

/** The zone of every time on the pages, which the footer names: that of market days and schedules. */
export const useZone = (): Zone => 'UTC'
