import { Search as SearchIcon } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useCallback, useState } from 'react'
import { Kbd } from '@/components/ui/kbd'
import { Parts, useParts } from '@/lib/parts'
import { TypedAhead } from '@/lib/typed-ahead'
import type { Dialog } from './search-dialogs'
import type { Shortcut } from './shortcuts'
import { useCommands } from './use-commands'
import { useShortcuts } from './use-shortcuts'

const parts = new Parts(() => import('./search-dialogs'))
const prepare = () => void parts.fetch()
const typed = new TypedAhead()

/** The search of the top bar: coins, pages and actions in one palette; and the keys that lead everywhere. */
export function Search() {
  const router = useRouter()
  const [shown, setShown] = useState<Dialog | null>(null)
  const loaded = useParts(parts, shown !== null)
  const close = useCallback(() => {
    typed.take()
    setShown(null)
  }, [])
  const search = useCallback(async () => {
    if (shown === 'search') return
    typed.hold(close)
    setShown('search')
    await parts.fetch()
    if (parts.get() === undefined) close()
  }, [shown, close])
  const onShortcut = useCallback(
    (shortcut: Shortcut) => {
      if (shortcut.type === 'page') router.push(shortcut.href)
      else if (shortcut.type === 'search') void search()
      else setShown(shortcut.type)
    },
    [router, search],
  )
  useShortcuts(onShortcut)
  const commands = useCommands(() => setShown('help'))
  return (
    <>
      <button
        type="button"
        onClick={() => void search()}
        onPointerEnter={prepare}
        onFocus={prepare}
        className="flex h-8 w-full max-w-80 min-w-0 items-center gap-2 rounded-control border border-line-strong bg-bg px-2.5 text-[13px] text-faint hover:border-muted"
      >
        <SearchIcon size={16} strokeWidth={1.75} className="shrink-0" />
        <span className="truncate">
          Search<span className="sr-only"> coins, pages and actions</span>
        </span>
        <span className="ml-auto hidden md:block">
          <Kbd>Ctrl K</Kbd>
        </span>
      </button>
      {loaded !== undefined && (
        <loaded.SearchDialogs
          shown={shown}
          commands={commands}
          takeTyped={typed.take}
          onClose={close}
          onDone={() => setShown((now) => (now === 'search' ? null : now))}
        />
      )}
    </>
  )
}
