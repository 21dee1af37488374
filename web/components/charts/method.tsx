import { CircleHelp } from 'lucide-react'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { LazyModule, useLazyModule } from '@/lib/lazy-module'

/** Methodology of a chart. */
export type Method = { about: string; facts: readonly { label: string; text: string }[] }

const popoverModule = new LazyModule(() => import('./method-popover'))
const preload = () => void popoverModule.load()

/** The "?" of a chart: formula, period, observations, as of, source. */
export function MethodPopover({ title, method }: { title: string; method: Method }) {
  const [isRequested, setIsRequested] = useState(false)
  const loaded = useLazyModule(popoverModule, isRequested)
  const label = `Methodology: ${title}`
  const look = { variant: 'plain', size: 'icon', 'aria-label': label, title: 'Methodology' } as const
  const icon = <CircleHelp size={16} strokeWidth={1.75} />
  if (isRequested && loaded !== undefined)
    return <loaded.MethodText label={label} method={method} trigger={<Button {...look}>{icon}</Button>} />
  return (
    <Button
      {...look}
      aria-haspopup="dialog"
      aria-expanded={false}
      onPointerEnter={preload}
      onFocus={preload}
      onClick={() => setIsRequested(true)}
    >
      {icon}
    </Button>
  )
}
