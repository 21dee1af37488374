import type { ComponentProps } from 'react'
import { isPlainClick } from './intent-link'

type StateLinkProps = Omit<ComponentProps<'a'>, 'onClick'> & { href: string; onGo: () => void }

/** A link to another state of this page: a plain click changes the state, any other follows the URL. */
export function StateLink({ href, onGo, ...props }: StateLinkProps) {
  return (
    <a
      {...props}
      href={href}
      onClick={(event) => {
        if (!isPlainClick(event)) return
        event.preventDefault()
        onGo()
      }}
    />
  )
}
