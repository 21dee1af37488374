import {
  type ComponentProps,
  cloneElement,
  type KeyboardEvent,
  type ReactElement,
  type ReactNode,
  useState,
} from 'react'
import { LazyModule, useLazyModule } from '@/lib/lazy-module'

const menuModule = new LazyModule(() => import('./menu-parts'))
type MenuParts = typeof import('./menu-parts')

type MenuProps = {
  trigger: ReactElement<ComponentProps<'button'>>
  /** The items, made of the components of `menu-parts`. */
  children: (parts: MenuParts) => ReactNode
}

/** A dropdown menu, whose code is loaded when its button is hovered, focused or pressed. */
export function Menu({ trigger, children }: MenuProps) {
  const loaded = useLazyModule(menuModule)
  const [isRequested, setIsRequested] = useState(false)
  if (isRequested && loaded !== undefined) return <loaded.Menu trigger={trigger}>{children(loaded)}</loaded.Menu>
  const preload = () => void menuModule.load()
  const open = () => {
    setIsRequested(true)
    preload()
  }
  return cloneElement(trigger, {
    'aria-haspopup': 'menu',
    'aria-expanded': false,
    onPointerEnter: preload,
    onFocus: preload,
    onClick: open,
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key !== 'ArrowDown') return
      event.preventDefault()
      open()
    },
  })
}
