import { X } from 'lucide-react'
import { type ReactNode, useId } from 'react'
import { Button } from './button'
import { Dialog } from './dialog'
import { ScrollRegion } from './scroll-region'

type DrawerProps = { title: ReactNode; onClose: () => void; children: ReactNode }

/** A panel at the right edge, full width on phones. */
export function Drawer({ title, onClose, children }: DrawerProps) {
  const id = useId()
  return (
    <Dialog
      labelledBy={id}
      onClose={onClose}
      className="ml-auto h-dvh w-[40rem] max-w-full border-l border-line-strong bg-surface shadow-lg"
    >
      <div className="flex h-full flex-col">
        <header className="flex min-h-12 shrink-0 items-center justify-between gap-3 border-b border-line py-2 pr-2 pl-4">
          <h2 id={id} className="min-w-0 text-[16px] font-semibold">
            {title}
          </h2>
          <Button variant="plain" size="icon" aria-label="Close" onClick={onClose}>
            <X size={16} strokeWidth={1.75} />
          </Button>
        </header>
        <ScrollRegion label="Details" className="min-h-0 flex-1 overflow-y-auto overscroll-contain">
          {children}
        </ScrollRegion>
      </div>
    </Dialog>
  )
}
