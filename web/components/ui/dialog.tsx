import { type ReactNode, useLayoutEffect, useRef } from 'react'
import { cn } from './cn'

type DialogProps = {
  /** Id of the element that names the dialog. */
  labelledBy: string
  onClose: () => void
  className?: string
  children: ReactNode
}

/**
 * The browser's modal dialog, open while mounted. Escape and a press on the backdrop close it, and the focus returns. Its
 * children must fill it: a press on the dialog element itself counts as the backdrop.
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
