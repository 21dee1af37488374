import { Search as SearchIcon } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useCallback, useState } from 'react'
import { Kbd } from '@/components/ui/kbd'
import { Modal } from '@/components/ui/modal'
import { CommandPalette } from './command-palette'
import { ShortcutList } from './shortcut-list'
import type { Shortcut } from './shortcuts'
import { useCommands } from './use-commands'
import { useShortcuts } from './use-shortcuts'

/** The search of the top bar with its dialogs, and the global keyboard shortcuts. */
export function Search() {
  const router = useRouter()
  const [shown, setShown] = useState<'search' | 'help' | null>(null)
  const close = useCallback(() => setShown(null), [])
  const onShortcut = useCallback(
    (shortcut: Shortcut) => {
      if (shortcut.type === 'page') router.push(shortcut.href)
      else setShown(shortcut.type)
    },
    [router],
  )
  useShortcuts(onShortcut)
  const commands = useCommands(() => setShown('help'))
  return (
    <>
      <button
        type="button"
        onClick={() => setShown('search')}
        className="flex h-8 w-full max-w-80 min-w-0 items-center gap-2 rounded-control border border-line-strong bg-bg px-2.5 text-[13px] text-faint hover:border-muted"
      >
        <SearchIcon size={16} strokeWidth={1.75} className="shrink-0" />
        <span className="truncate max-[419px]:sr-only">
          Search<span className="sr-only"> coins, pages and actions</span>
        </span>
        <span className="ml-auto hidden md:block">
          <Kbd>Ctrl K</Kbd>
        </span>
      </button>
      {shown === 'search' && (
        <Modal title="Search" isTitleHidden onClose={close}>
          <CommandPalette
            commands={commands}
            // A command may have opened the help.
            onDone={() => setShown((current) => (current === 'search' ? null : current))}
          />
        </Modal>
      )}
      {shown === 'help' && (
        <Modal title="Keyboard shortcuts" onClose={close}>
          <ShortcutList />
        </Modal>
      )}
    </>
  )
}
