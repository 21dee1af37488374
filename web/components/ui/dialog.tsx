import { type ReactNode, useLayoutEffect, useRef } from 'react'
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
 * close it, and the focus returns to where it was. Its children fill it: a press on itself is one beside it.
 */
export function Dialog({ labelledBy, onClose, className, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  useLayoutEffect(() => {
    const element = dialog.current
    element?.showModal()
    return () => element?.close()
  }, [])
  return (
    <dialog
      ref={dialog}
      aria-labelledby={labelledBy}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onPointerDown={(event) => event.target === event.currentTarget && onClose()}
      className={cn('max-h-none text-text outline-none backdrop:bg-black/50', className)}
    >
      {children}
    </dialog>
  )
}
