import { type RefCallback, useCallback, useState } from 'react'

const ahead = '200px'

/** Has an element come near the window, so that what stands in it is to be fetched and drawn? Once true, it stays so. */
export function useNear(): [RefCallback<Element>, boolean] {
  const [isNear, setIsNear] = useState(false)
  const watch = useCallback((element: Element | null) => {
    if (element === null) return
    const watcher = new IntersectionObserver(
      ([seen]) => {
        if (seen?.isIntersecting !== true) return
        watcher.disconnect()
        setIsNear(true)
      },
      { rootMargin: ahead },
    )
    watcher.observe(element)
    return () => watcher.disconnect()
  }, [])
  return [watch, isNear]
}
