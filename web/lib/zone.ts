'use client'

import { useSyncExternalStore } from 'react'

const never = () => () => undefined

/** The reader's time zone; UTC on the server and until the page is live. */
export const useZone = (): string =>
  useSyncExternalStore(
    never,
    () => Intl.DateTimeFormat().resolvedOptions().timeZone,
    () => 'UTC',
  )
