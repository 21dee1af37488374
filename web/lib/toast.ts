import { useSyncExternalStore } from 'react'

export type Toast = { id: number; message: string; tone: 'error' | 'success' }

const listeners = new Set<() => void>()
let current: Toast | null = null

function setToast(toast: Toast | null): void {
  current = toast
  for (const listener of [...listeners]) listener()
}

/** Shows a message; it replaces the one before. */
export const showToast = (message: string, tone: Toast['tone'] = 'error'): void =>
  setToast({ id: (current?.id ?? 0) + 1, message, tone })

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
