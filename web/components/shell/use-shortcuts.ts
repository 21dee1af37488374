import { useEffect, useState } from 'react'
import { pageKeys } from './navigation'
import { type Shortcut, Shortcuts } from './shortcuts'

const isField = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  target.closest('input:not([type=range]), textarea, select, [contenteditable]') !== null

/** Calls `onShortcut` for keyboard shortcuts pressed anywhere on the page. */
export function useShortcuts(onShortcut: (shortcut: Shortcut) => void): void {
  const [shortcuts] = useState(() => new Shortcuts(pageKeys))
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.altKey || event.isComposing || event.key === 'Shift') return
      const withCommand = event.metaKey || event.ctrlKey
      const shortcut = shortcuts.press({
        key: event.key,
        withCommand,
        isTyping:
          isField(event.target) || (!withCommand && document.querySelector('[role=dialog], [role=menu]') !== null),
        at: event.timeStamp,
      })
      if (shortcut === null) return
      event.preventDefault()
      onShortcut(shortcut)
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [shortcuts, onShortcut])
}
