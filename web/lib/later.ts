/** Starts something in a task of its own, once the page is alive, so that a press need not wait for it. Returns its end. */
export function later(start: () => () => void): () => void {
  let end: (() => void) | undefined
  const timer = setTimeout(() => {
    end = start()
  })
  return () => {
    clearTimeout(timer)
    end?.()
  }
}
