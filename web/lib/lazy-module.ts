import { useEffect, useSyncExternalStore } from 'react'
import { showToast } from './toast'

/** A module that is loaded on demand: ahead of its use on hover or focus, and again after a failure. */
export class LazyModule<T> {
  readonly #import: () => Promise<T>
  readonly #listeners = new Set<() => void>()
  #loading: Promise<void> | undefined
  #loaded: T | undefined

  constructor(load: () => Promise<T>) {
    this.#import = load
  }

  /** Loads the module once; shows a toast when that fails. */
  load = async (): Promise<void> => {
    this.#loading ??= this.#import().then((loaded) => {
      this.#loaded = loaded
      for (const listener of [...this.#listeners]) listener()
    })
    try {
      await this.#loading
    } catch {
      this.#loading = undefined
      showToast("Can't load this part of the page. Check the connection and try again.")
    }
  }

  get = (): T | undefined => this.#loaded

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}

/** The module, undefined until it is loaded; starts loading once `wanted`. */
export function useLazyModule<T>(module: LazyModule<T>, wanted = false): T | undefined {
  useEffect(() => {
    if (wanted) void module.load()
  }, [module, wanted])
  return useSyncExternalStore(module.subscribe, module.get, () => undefined)
}
