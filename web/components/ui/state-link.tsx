import Link from 'next/link'
import type { ComponentProps } from 'react'
import { afterPaint } from '@/lib/after-paint'

type StateLinkProps = Omit<ComponentProps<typeof Link>, 'onNavigate'> & { href: string; onGo: () => void }

/** A link whose place is a state of this page: a plain click changes the state, any other follows the address. */
export function StateLink({ onGo, ...props }: StateLinkProps) {
  return (
    <Link
      {...props}
      prefetch={false}
      onNavigate={(event) => {
        event.preventDefault()
        afterPaint(onGo)
      }}
    />
  )
}
