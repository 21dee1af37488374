import {
  type ComponentProps,
  cloneElement,
  type KeyboardEvent,
  type ReactElement,
  type ReactNode,
  useState,
} from 'react'
import { Parts, useParts } from '@/lib/parts'
import type { MenuChecksProps, MenuChoiceProps } from './menu-parts'

const parts = new Parts(() => import('./menu-parts'))

/** A button and what comes up under it, whose code is fetched when somebody is about to press it. */
export function Menu({ trigger, children }: { trigger: ReactElement<ComponentProps<'button'>>; children: ReactNode }) {
  const loaded = useParts(parts)
  const [isAsked, setIsAsked] = useState(false)
  if (isAsked && loaded !== undefined) return <loaded.Menu trigger={trigger}>{children}</loaded.Menu>
  const intend = () => void parts.fetch()
  const ask = () => {
    setIsAsked(true)
    intend()
  }
  return cloneElement(trigger, {
    'aria-haspopup': 'menu',
    'aria-expanded': false,
    onPointerEnter: intend,
    onFocus: intend,
    onClick: ask,
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key !== 'ArrowDown') return
      event.preventDefault()
      ask()
    },
  })
}

export function MenuItem(props: { onSelect: () => void; children: ReactNode }) {
  const loaded = useParts(parts)
  return loaded && <loaded.MenuItem {...props} />
}

export function MenuLink(props: { href: string; children: ReactNode }) {
  const loaded = useParts(parts)
  return loaded && <loaded.MenuLink {...props} />
}

export function MenuLabel(props: { className: string; children: ReactNode }) {
  const loaded = useParts(parts)
  return loaded && <loaded.MenuLabel {...props} />
}

export function MenuLine() {
  const loaded = useParts(parts)
  return loaded && <loaded.MenuLine />
}

export function MenuChoice<T extends string>(props: MenuChoiceProps<T>) {
  const loaded = useParts(parts)
  return loaded && <loaded.MenuChoice {...props} />
}

export function MenuChecks(props: MenuChecksProps) {
  const loaded = useParts(parts)
  return loaded && <loaded.MenuChecks {...props} />
}
