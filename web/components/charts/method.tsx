import { CircleHelp } from 'lucide-react'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Parts, useParts } from '@/lib/parts'

/** How a chart's figures come about. */
export type Method = { about: string; facts: readonly { label: string; text: string }[] }

const parts = new Parts(() => import('./method-popover'))
const intend = () => void parts.fetch()

/** The "?" of a chart: formula, period, observations, as of, source. */
export function MethodPopover({ title, method }: { title: string; method: Method }) {
  const [isAsked, setIsAsked] = useState(false)
  const loaded = useParts(parts, isAsked)
  const label = `How it is made: ${title}`
  const look = { variant: 'plain', size: 'icon', 'aria-label': label, title: 'How it is made' } as const
  const icon = <CircleHelp size={16} strokeWidth={1.75} />
  if (isAsked && loaded !== undefined)
    return <loaded.MethodText label={label} method={method} trigger={<Button {...look}>{icon}</Button>} />
  return (
    <Button
      {...look}
      aria-haspopup="dialog"
      aria-expanded={false}
      onPointerEnter={intend}
      onFocus={intend}
      onClick={() => setIsAsked(true)}
    >
      {icon}
    </Button>
  )
}
