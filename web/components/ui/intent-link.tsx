import Router from 'next/router'
import type { ComponentProps, MouseEvent } from 'react'

const intended = new Set<string>()

function intend(href: string): void {
  if (intended.has(href)) return
  intended.add(href)
  void Router.prefetch(href)
}

/** Does a click follow a link here and now, and not in another tab or window, or as a download? */
export const isPlain = (event: MouseEvent): boolean =>
  event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey

/**
 * A link to a page of this app, whose scripts it fetches ahead when somebody is about to follow it. It has no state and
 * watches nothing, unlike Next's own, since a page shows a hundred of them.
 */
export function IntentLink({ href, onMouseEnter, onFocus, onClick, ...props }: ComponentProps<'a'> & { href: string }) {
  return (
    <a
      {...props}
      href={href}
      onMouseEnter={(event) => {
        onMouseEnter?.(event)
        intend(href)
      }}
      onFocus={(event) => {
        onFocus?.(event)
        intend(href)
      }}
      onClick={(event) => {
        onClick?.(event)
        if (event.defaultPrevented || !isPlain(event)) return
        event.preventDefault()
        void Router.push(href)
      }}
    />
  )
}
