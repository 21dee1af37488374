/** What was typed before its field was there, and whether Enter ended it. */
export type Typed = { text: string; isEntered: boolean }

/** Keeps what is typed from the moment that a field is asked for until it is there and takes it. */
export class TypedAhead {
  #typed: Typed = { text: '', isEntered: false }
  #end: () => void = () => undefined

  /** From now on keys are kept; Escape gives up. */
  hold(onEscape: () => void): void {
    this.take()
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
      const { text } = this.#typed
      if (event.key === 'Enter') this.#typed.isEntered = true
      else if (event.key === 'Backspace') this.#typed = { text: text.slice(0, -1), isEntered: false }
      else if (event.key.length === 1) this.#typed = { text: text + event.key, isEntered: false }
      else if (event.key === 'Escape') onEscape()
      else return
      event.preventDefault()
      event.stopPropagation()
    }
    window.addEventListener('keydown', onKey, true)
    this.#end = () => window.removeEventListener('keydown', onKey, true)
  }

  /** What was kept; keys go where they go again. */
  take = (): Typed => {
    this.#end()
    const typed = this.#typed
    this.#typed = { text: '', isEntered: false }
    return typed
  }
}
