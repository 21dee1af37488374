/** What a key, or two in a row, ask for. */
export type Shortcut = { type: 'search' } | { type: 'help' } | { type: 'page'; href: string }

const patienceMs = 1500

type Press = { key: string; withCommand: boolean; isTyping: boolean; at: number }

/**
 * The keys of the app. Ctrl or Cmd with K always opens the search; the others are letters, and stay letters while
 * somebody types. `g` waits for the letter of a page for 1.5 s.
 */
export class Shortcuts {
  readonly #pages: readonly { key: string; href: string }[]
  #goAt = Number.NEGATIVE_INFINITY

  constructor(pages: readonly { key: string; href: string }[]) {
    this.#pages = pages
  }

  press({ key, withCommand, isTyping, at }: Press): Shortcut | null {
    const isAfterGo = at - this.#goAt < patienceMs
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
