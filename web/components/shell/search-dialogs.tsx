import { Modal } from '@/components/ui/modal'
import type { Typed } from '@/lib/typed-ahead'
import { CommandPalette } from './command-palette'
import type { Command } from './commands'
import { ShortcutList } from './shortcut-list'

/** What the search opens: the palette, or the list of the keys. */
export type Dialog = 'search' | 'help'

type SearchDialogsProps = {
  shown: Dialog | null
  commands: readonly Command[]
  takeTyped: () => Typed
  onClose: () => void
  onDone: () => void
}

export function SearchDialogs({ shown, commands, takeTyped, onClose, onDone }: SearchDialogsProps) {
  if (shown === 'help')
    return (
      <Modal title="Keyboard shortcuts" onClose={onClose}>
        <ShortcutList />
      </Modal>
    )
  return (
    shown === 'search' && (
      <Modal title="Search" isTitleHidden onClose={onClose}>
        <CommandPalette commands={commands} takeTyped={takeTyped} onDone={onDone} />
      </Modal>
    )
  )
}
