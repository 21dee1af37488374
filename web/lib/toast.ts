import { useSyncExternalStore } from 'react'

/** `action`: a button beside the message. */
export type Toast = {
  id: number
  message: string
  tone: 'error' | 'success'
  action?: { label: string; run: () => void }
}

const listeners = new Set<() => void>()
let current: Toast | null = null

function setToast(toast: Toast | null): void {
  current = toast
  for (const listener of [...listeners]) listener()
}

/** Shows a message; it replaces the one before. */
export const showToast = (message: string, tone: Toast['tone'] = 'error', action?: Toast['action']): void =>
  setToast({ id: (current?.id ?? 0) + 1, message, tone, ...(action === undefined ? {} : { action }) })

export const hideToast = (): void => setToast(null)

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export const useToast = (): Toast | null =>
  useSyncExternalStore(
    subscribe,
    () => current,
    () => null,
  )
