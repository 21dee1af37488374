import type { ComponentProps } from 'react'
import { afterPaint } from '@/lib/after-paint'
import { isPlain } from './intent-link'

type StateLinkProps = Omit<ComponentProps<'a'>, 'onClick'> & { href: string; onGo: () => void }

/** A link whose place is a state of this page: a plain click changes the state, any other follows the address. */
export function StateLink({ href, onGo, ...props }: StateLinkProps) {
  return (
    <a
      {...props}
      href={href}
      onClick={(event) => {
        if (!isPlain(event)) return
        event.preventDefault()
        afterPaint(onGo)
      }}
    />
  )
}
