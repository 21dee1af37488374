import { useEffect, useSyncExternalStore } from 'react'
import { showToast } from '@/components/ui/toast'

/** Code that a page does without until somebody asks for what it draws. */
export class Parts<T> {
  readonly #load: () => Promise<T>
  readonly #readers = new Set<() => void>()
  #loading: Promise<void> | undefined
  #loaded: T | undefined

  constructor(load: () => Promise<T>) {
    this.#load = load
  }

  /** Fetches it, once. Says so when it cannot be had; then it can be asked for again. */
  fetch = async (): Promise<void> => {
    this.#loading ??= this.#load().then((loaded) => {
      this.#loaded = loaded
      for (const reader of [...this.#readers]) reader()
    })
    try {
      await this.#loading
    } catch {
      this.#loading = undefined
      showToast('This part of the page could not be loaded. CryptoFlow may have stopped.')
    }
  }

  get = (): T | undefined => this.#loaded

  subscribe = (reader: () => void): (() => void) => {
    this.#readers.add(reader)
    return () => this.#readers.delete(reader)
  }
}

/** The code once it is there, undefined until then; fetched as soon as it is `wanted`. */
export function useParts<T>(parts: Parts<T>, wanted = false): T | undefined {
  useEffect(() => {
    if (wanted) void parts.fetch()
  }, [parts, wanted])
  return useSyncExternalStore(parts.subscribe, parts.get, () => undefined)
}
