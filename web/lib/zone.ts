import { useSyncExternalStore } from 'react'
import type { Zone } from './format.ts'

const never = () => () => undefined

const isUtc = (month: number): boolean => new Date(new Date().getFullYear(), month, 1).getTimezoneOffset() === 0

const readZone = (): Zone => (isUtc(0) && isUtc(6) ? 'UTC' : 'local')

/** The reader's time zone; UTC on the server and until the page is live. */
export const useZone = (): Zone => useSyncExternalStore(never, readZone, () => 'UTC')
