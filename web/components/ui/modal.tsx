'use client'

import { Dialog } from 'radix-ui'
import type { ReactNode } from 'react'
import { cn } from './cn'

type ModalProps = {
  title: string
  /** The title is for screen readers alone. */
  isTitleHidden?: boolean
  open: boolean
  onOpenChange: (open: boolean) => void
  className?: string
  children: ReactNode
}

/** What floats above the page until it is done or dismissed; Escape and a press beside it close it. */
export function Modal({ title, isTitleHidden = false, open, onOpenChange, className, children }: ModalProps) {
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-black/50" />
        <Dialog.Content
          aria-describedby={undefined}
          className={cn(
            'fixed top-[10dvh] left-1/2 z-50 flex max-h-[80dvh] w-[36rem] max-w-[calc(100vw-24px)] -translate-x-1/2 flex-col overflow-hidden rounded-panel border border-line-strong bg-raised shadow-lg outline-none',
            className,
          )}
        >
          <Dialog.Title
            className={isTitleHidden ? 'sr-only' : 'border-b border-line px-4 py-3 text-[16px] font-semibold'}
          >
            {title}
          </Dialog.Title>
          {children}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
