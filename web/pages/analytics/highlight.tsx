import {
  createContext,
  type FocusEvent,
  type KeyboardEvent,
  type PointerEvent,
  type ReactNode,
  useContext,
  useMemo,
  useState,
  useSyncExternalStore,
} from 'react'
import { createHighlight, type HighlightStore, type Lit, nothing } from './highlight-store'

const Highlight = createContext<HighlightStore>(createHighlight())

/** The charts inside share their highlighted coins. */
export function HighlightScope({ children }: { children: ReactNode }) {
  const [store] = useState(createHighlight)
  return <Highlight.Provider value={store}>{children}</Highlight.Provider>
}

export const useHighlight = (): HighlightStore => useContext(Highlight)

export function useLit(): Lit {
  const store = useHighlight()
  return useSyncExternalStore(store.subscribe, store.get, () => nothing)
}

/** Whether a coin is highlighted; `true` or undefined, for a data attribute. */
export function useIsLit(id: number): true | undefined {
  const store = useHighlight()
  const isLit = () => store.get().ids.includes(id)
  return useSyncExternalStore(store.subscribe, isLit, () => false) || undefined
}

/** The coin of the mark under an event; null outside marks. */
export const toCoinId = (target: EventTarget): number | null => {
  const mark = target instanceof Element ? target.closest<HTMLElement>('[data-coin]') : null
  return mark === null ? null : Number(mark.dataset.coin)
}

/** Handlers for a chart with `data-coin` marks: hovering or focusing a mark highlights its coin in every chart. */
export function useLighting(source: string) {
  const store = useHighlight()
  return useMemo(() => {
    const light = (target: EventTarget) => {
      const id = toCoinId(target)
      store.set(id === null ? [] : [id], source)
    }
    const clear = () => store.set([], source)
    return {
      onPointerOver: (event: PointerEvent) => light(event.target),
      onPointerLeave: (event: PointerEvent) => {
        if (event.pointerType === 'mouse') clear()
      },
      onFocus: (event: FocusEvent) => light(event.target),
      onBlur: clear,
    }
  }, [store, source])
}

/** Moves the focus between the marks of a chart. `orders`: the keys for previous and next, and their order of coins. */
export function moveFocus(
  event: KeyboardEvent<HTMLElement>,
  orders: readonly { back: string; on: string; ids: number[] }[],
) {
  const id = toCoinId(event.target)
  const chart = event.currentTarget
  const order = orders.find(({ back, on }) => event.key === back || event.key === on) ?? orders[0]
  if (id === null || order === undefined) return
  const { back, on, ids } = order
  const from = ids.indexOf(id)
  const places: Record<string, number> = { [back]: from - 1, [on]: from + 1, Home: 0, End: ids.length - 1 }
  const place = places[event.key]
  if (place === undefined) return
  event.preventDefault()
  for (const mark of chart.querySelectorAll<HTMLElement>(`[data-coin="${ids[place]}"]`)) mark.focus()
}
