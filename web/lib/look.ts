/** Calls `listener` whenever the theme, the palette or the density of the page changes. */
export function onLook(listener: () => void): () => void {
  const observer = new MutationObserver(listener)
  observer.observe(document.documentElement, {
    attributeFilter: ['data-theme', 'data-chosen-theme', 'data-palette', 'data-density'],
  })
  return () => observer.disconnect()
}
