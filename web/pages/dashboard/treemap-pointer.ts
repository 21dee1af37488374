import { type FocusEvent, type MouseEvent, type PointerEvent, useEffect, useRef, useState } from 'react'

/** How the tooltip was opened. It says how to open the coin. */
export type PointedBy = 'mouse' | 'touch' | 'keys'
export type Pointed = { index: number; by: PointedBy }

/** The tile of an event, by its `data-tile`. */
const toIndex = ({ target }: { target: EventTarget }): number | null => {
  const tile = target instanceof Element ? target.closest<HTMLElement>('[data-tile]') : null
  return tile === null ? null : Number(tile.dataset.tile)
}

/**
 * The tile with the tooltip: under the mouse, with the keyboard focus, or tapped. A first tap shows the tooltip, a second
 * one opens the coin. Escape or a press elsewhere closes it. `find`: the tile of a pointer event on `frame`.
 */
export function usePointedTile(find: (event: MouseEvent | FocusEvent) => number | null = toIndex) {
  const frame = useRef<HTMLDivElement>(null)
  const [pointed, setPointed] = useState<Pointed | null>(null)
  const touched = useRef({ active: false, again: false })
  useEffect(() => {
    if (pointed === null) return
    const hide = (event: Event) => {
      if (event instanceof KeyboardEvent ? event.key === 'Escape' : !frame.current?.contains(event.target as Node))
        setPointed(null)
    }
    document.addEventListener('keydown', hide)
    document.addEventListener('pointerdown', hide)
    return () => {
      document.removeEventListener('keydown', hide)
      document.removeEventListener('pointerdown', hide)
    }
  }, [pointed])
  const show = (index: number | null, by: PointedBy) =>
    setPointed((last) => (index === null ? null : last?.index === index && last.by === by ? last : { index, by }))
  const handlers = {
    onPointerMove: (event: PointerEvent) => {
      if (event.pointerType !== 'touch') show(find(event), 'mouse')
    },
    onPointerLeave: (event: PointerEvent) => {
      if (event.pointerType !== 'touch') setPointed(null)
    },
    onPointerDownCapture: (event: PointerEvent) => {
      const index = find(event)
      touched.current = {
        active: event.pointerType === 'touch',
        again: index !== null && pointed?.by === 'touch' && pointed.index === index,
      }
    },
    onClickCapture: (event: MouseEvent) => {
      if (!touched.current.active || touched.current.again || event.detail === 0) return
      const index = find(event)
      if (index === null) return
      event.preventDefault()
      event.stopPropagation()
      show(index, 'touch')
    },
  }
  return { frame, pointed, show, handlers }
}
