import { type ReactNode, useLayoutEffect, useRef } from 'react'
import { afterPaint } from '@/lib/after-paint'
import { cn } from './cn'

type DialogProps = {
  /** The id of what names it. */
  labelledBy: string
  onClose: () => void
  className?: string
  children: ReactNode
}

/**
 * The browser's own modal dialog, open as long as it is drawn: what lies behind is out of reach, Escape and a press beside it
 * close it, and the focus returns to where it was. Its children fill it: a press on itself is one beside it. It is out of
 * sight at once and gone a little later, since giving back the page behind it takes a large page a while.
 */
export function Dialog({ labelledBy, onClose, className, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  useLayoutEffect(() => {
    const element = dialog.current
    element?.showModal()
    return () => element?.close()
  }, [])
  const leave = () => {
    dialog.current?.toggleAttribute('data-leaving', true)
    afterPaint(onClose)
  }
  return (
    <dialog
      ref={dialog}
      aria-labelledby={labelledBy}
      onCancel={(event) => {
        event.preventDefault()
        leave()
      }}
      onPointerDown={(event) => event.target === event.currentTarget && leave()}
      className={cn(
        'max-h-none text-text outline-none backdrop:bg-black/50 data-leaving:opacity-0 data-leaving:backdrop:opacity-0',
        className,
      )}
    >
      {children}
    </dialog>
  )
}
