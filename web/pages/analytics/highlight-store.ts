/** The highlighted coins, and the chart that set them. */
export type Lit = { ids: readonly number[]; source: string | null }

export type HighlightStore = {
  get(): Lit
  set(ids: readonly number[], source: string | null): void
  subscribe(listener: () => void): () => void
}

export const nothing: Lit = { ids: [], source: null }

/** Shared by the charts of a page. Listeners are called on changes only. */
export function createHighlight(): HighlightStore {
  const listeners = new Set<() => void>()
  let lit = nothing
  return {
    get: () => lit,
    set(ids, source) {
      const next = ids.length === 0 ? nothing : { ids, source }
      if (next.source === lit.source && next.ids.join() === lit.ids.join()) return
      lit = next
      for (const listener of listeners) listener()
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
