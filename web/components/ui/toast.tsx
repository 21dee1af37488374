import { CircleAlert, CircleCheck, X } from 'lucide-react'
import { useEffect, useState, useSyncExternalStore } from 'react'
import { Button } from './button'

const shownMs = 8000

type Tone = 'problem' | 'news'
type Toast = { id: number; message: string; tone: Tone }

const readers = new Set<() => void>()
let current: Toast | null = null

function tell(toast: Toast | null): void {
  current = toast
  for (const reader of [...readers]) reader()
}

/** Tells of something that happened where nobody may be looking; a newer one takes its place. */
export const showToast = (message: string, tone: Tone = 'problem'): void =>
  tell({ id: (current?.id ?? 0) + 1, message, tone })

const subscribe = (reader: () => void): (() => void) => {
  readers.add(reader)
  return () => readers.delete(reader)
}

/** Where toasts come up: spoken at once, gone after 8 s, kept while somebody points at them or is inside. */
export function Toaster() {
  const toast = useSyncExternalStore(
    subscribe,
    () => current,
    () => null,
  )
  const [held, setHeld] = useState(false)
  useEffect(() => {
    if (toast === null || held) return
    const timer = setTimeout(() => tell(null), shownMs)
    return () => clearTimeout(timer)
  }, [toast, held])
  const hold = () => setHeld(true)
  const release = () => setHeld(false)
  const holding = { onMouseEnter: hold, onMouseLeave: release, onFocus: hold, onBlur: release }
  const close = () => {
    setHeld(false)
    tell(null)
  }
  return (
    <div
      role="alert"
      className="pointer-events-none fixed inset-x-3 bottom-18 z-50 flex justify-center md:inset-x-auto md:right-5 md:bottom-5"
    >
      {toast !== null && (
        <div
          key={toast.id}
          data-testid="toast"
          {...holding}
          className="toast pointer-events-auto flex max-w-96 items-start gap-2.5 rounded-panel border border-line-strong bg-raised py-2 pr-1.5 pl-3 text-[13px] shadow-lg"
        >
          {toast.tone === 'problem' ? (
            <CircleAlert size={16} strokeWidth={1.75} className="mt-1.5 shrink-0 text-down" />
          ) : (
            <CircleCheck size={16} strokeWidth={1.75} className="mt-1.5 shrink-0 text-muted" />
          )}
          <p className="py-1">{toast.message}</p>
          <Button variant="plain" size="small-icon" aria-label="Close the message" onClick={close}>
            <X size={14} />
          </Button>
        </div>
      )}
    </div>
  )
}
