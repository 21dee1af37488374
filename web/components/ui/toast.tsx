import { CircleAlert, CircleCheck, X } from 'lucide-react'
import { useEffect, useState } from 'react'
import { hideToast, type Toast, useToast } from '@/lib/toast'
import { Button } from './button'

const durationMs = 8000

/** Shows toasts for 8 s, longer while the pointer or the focus is on one. */
export function Toaster() {
  const toast = useToast()
  const [isPaused, setIsPaused] = useState(false)
  useEffect(() => {
    if (toast === null || isPaused) return
    const timer = setTimeout(hideToast, durationMs)
    return () => clearTimeout(timer)
  }, [toast, isPaused])
  const pause = () => setIsPaused(true)
  const resume = () => setIsPaused(false)
  const hover = { onMouseEnter: pause, onMouseLeave: resume, onFocus: pause, onBlur: resume }
  const close = () => {
    resume()
    hideToast()
  }
  const run = (action: Toast['action']) => {
    close()
    action?.run()
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
          {...hover}
          className="toast pointer-events-auto flex max-w-96 items-start gap-2.5 rounded-panel border border-line-strong bg-raised py-2 pr-1.5 pl-3 text-[13px] shadow-lg"
        >
          {toast.tone === 'error' ? (
            <CircleAlert size={16} strokeWidth={1.75} className="mt-1.5 shrink-0 text-down" />
          ) : (
            <CircleCheck size={16} strokeWidth={1.75} className="mt-1.5 shrink-0 text-muted" />
          )}
          <p className="py-1">{toast.message}</p>
          {toast.action !== undefined && (
            <Button variant="plain" onClick={() => run(toast.action)}>
              {toast.action.label}
            </Button>
          )}
          <Button variant="plain" size="small-icon" aria-label="Dismiss" onClick={close}>
            <X size={14} />
          </Button>
        </div>
      )}
    </div>
  )
}
