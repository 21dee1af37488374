import { type ReactNode, useId } from 'react'
import { Dialog } from './dialog'

type ModalProps = {
  title: string
  /** For screen readers only. */
  isTitleHidden?: boolean
  onClose: () => void
  children: ReactNode
}

export function Modal({ title, isTitleHidden = false, onClose, children }: ModalProps) {
  const id = useId()
  return (
    <Dialog
      labelledBy={id}
      onClose={onClose}
      className="mx-auto mt-[10dvh] w-[36rem] max-w-[calc(100vw-24px)] overflow-hidden rounded-panel border border-line-strong bg-raised shadow-lg"
    >
      <div className="flex max-h-[80dvh] flex-col">
        <h2 id={id} className={isTitleHidden ? 'sr-only' : 'border-b border-line px-4 py-3 text-[16px] font-semibold'}>
          {title}
        </h2>
        {children}
      </div>
    </Dialog>
  )
}
