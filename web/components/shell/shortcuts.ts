/** The action of a key, or of two in a row. */
export type Shortcut = { type: 'search' } | { type: 'help' } | { type: 'page'; href: string }

const sequenceTimeoutMs = 1500

type Press = { key: string; withCommand: boolean; isTyping: boolean; at: number }

/**
 * Keyboard shortcuts. Ctrl or Cmd with K always opens the search; all others are ignored while typing. `g` and the key of a
 * page within 1.5 s open the page.
 */
export class Shortcuts {
  readonly #pages: readonly { key: string; href: string }[]
  #goAt = Number.NEGATIVE_INFINITY

  constructor(pages: readonly { key: string; href: string }[]) {
    this.#pages = pages
  }

  press({ key, withCommand, isTyping, at }: Press): Shortcut | null {
    const isAfterGo = at - this.#goAt < sequenceTimeoutMs
    this.#goAt = Number.NEGATIVE_INFINITY
    if (withCommand) return key.toLowerCase() === 'k' ? { type: 'search' } : null
    if (isTyping) return null
    const page = isAfterGo ? this.#pages.find((each) => each.key === key.toLowerCase()) : undefined
    if (page !== undefined) return { type: 'page', href: page.href }
    if (key === 'g') this.#goAt = at
    if (key === '/') return { type: 'search' }
    return key === '?' ? { type: 'help' } : null
  }
}
