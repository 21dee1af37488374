'use client'

import { X } from 'lucide-react'
import { Dialog } from 'radix-ui'
import { type ReactNode, useRef } from 'react'
import { Button } from './button'

type DrawerProps = { open: boolean; title: ReactNode; onClose: () => void; children: ReactNode }

/** A place that scrolls must be reachable by keyboard. */
const reachable = { tabIndex: 0 }

/** A sheet at the right edge, over the whole width on phones. Escape closes it, and the focus returns to where it was. */
export function Drawer({ open, title, onClose, children }: DrawerProps) {
  const opener = useRef<Element | null>(null)
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-bg/60" />
        <Dialog.Content
          aria-describedby={undefined}
          onOpenAutoFocus={() => {
            opener.current = document.activeElement
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault()
            if (opener.current instanceof HTMLElement || opener.current instanceof SVGElement) opener.current.focus()
          }}
          className="fixed inset-y-0 right-0 z-50 flex w-[40rem] max-w-full flex-col border-l border-line-strong bg-surface shadow-lg"
        >
          <header className="flex min-h-12 shrink-0 items-center justify-between gap-3 border-b border-line py-2 pr-2 pl-4">
            <Dialog.Title className="min-w-0 text-[16px] font-semibold">{title}</Dialog.Title>
            <Dialog.Close asChild>
              <Button variant="plain" size="icon" aria-label="Close">
                <X size={16} strokeWidth={1.75} />
              </Button>
            </Dialog.Close>
          </header>
          <section aria-label="Details" {...reachable} className="min-h-0 flex-1 overflow-y-auto">
            {children}
          </section>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
