import { type ComponentProps, type RefObject, useEffect, useRef, useState } from 'react'
import { Button } from '@/components/ui/button'

type Canvas<Scene> = { draw(scene: Scene): void; remove(): void }

/** `load` loads the chart library, and gives a function that makes a chart in an element. A new `load` makes a new chart. */
type CanvasBoxProps<Scene, Chart extends Canvas<Scene>> = ComponentProps<'div'> & {
  scene: Scene | null
  canvas: RefObject<Chart | null>
  load: () => Promise<(container: HTMLElement) => Chart>
}

/** Loads a chart and draws each scene with it. */
function useCanvas<Scene, Chart extends Canvas<Scene>>({ scene, canvas, load }: CanvasBoxProps<Scene, Chart>) {
  const container = useRef<HTMLDivElement>(null)
  const latest = useRef(scene)
  const [state, setState] = useState<'loading' | 'ready' | 'failed'>('loading')
  useEffect(() => {
    let isUnmounted = false
    load().then(
      (create) => {
        if (isUnmounted || container.current === null) return
        canvas.current = create(container.current)
        if (latest.current !== null) canvas.current.draw(latest.current)
        setState('ready')
      },
      () => !isUnmounted && setState('failed'),
    )
    return () => {
      isUnmounted = true
      canvas.current?.remove()
      canvas.current = null
    }
  }, [canvas, load])
  useEffect(() => {
    latest.current = scene
    if (scene !== null) canvas.current?.draw(scene)
  }, [scene, canvas])
  return { container, state }
}

/** A chart of the library with its loading and error states. It fills its frame; other props are those of its element. */
export function CanvasBox<Scene, Chart extends Canvas<Scene>>(props: CanvasBoxProps<Scene, Chart>) {
  const { container, state } = useCanvas(props)
  const { scene: _, canvas: __, load: ___, ...attributes } = props
  return (
    <>
      <div ref={container} className="absolute inset-0" data-state={state} {...attributes} />
      {state === 'loading' && (
        <p className="absolute inset-0 flex items-center justify-center text-[13px] text-faint">Loading chart</p>
      )}
      {state === 'failed' && (
        <div className="absolute inset-0 flex flex-col items-center justify-center gap-3 text-[13px] text-muted">
          <p role="alert">Can't load the chart. Its data is available as a table.</p>
          <Button onClick={() => location.reload()}>Reload the page</Button>
        </div>
      )}
    </>
  )
}
