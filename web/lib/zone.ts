'use client'

import { useSyncExternalStore } from 'react'

const never = () => () => undefined

let known: string | undefined

const readZone = (): string => {
  known ??= Intl.DateTimeFormat().resolvedOptions().timeZone
  return known
}

/** The reader's time zone; UTC on the server and until the page is live. */
export const useZone = (): string => useSyncExternalStore(never, readZone, () => 'UTC')
