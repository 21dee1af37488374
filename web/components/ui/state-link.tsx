'use client'

import type { ComponentProps } from 'react'

type StateLinkProps = Omit<ComponentProps<'a'>, 'onClick'> & { href: string; onGo: () => void }

/** A link whose place is a state of this page: a plain click changes the state, any other follows the address. */
export function StateLink({ onGo, children, ...props }: StateLinkProps) {
  return (
    <a
      {...props}
      onClick={(event) => {
        if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
        event.preventDefault()
        onGo()
      }}
    >
      {children}
    </a>
  )
}
