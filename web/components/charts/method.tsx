'use client'

import { CircleHelp } from 'lucide-react'
import { Popover } from 'radix-ui'
import { Button } from '@/components/ui/button'

/** How a chart's figures come about. */
export type Method = { about: string; facts: readonly { label: string; text: string }[] }

/** The "?" of a chart: formula, period, observations, as of, source. */
export function MethodPopover({ title, method }: { title: string; method: Method }) {
  return (
    <Popover.Root>
      <Popover.Trigger asChild>
        <Button variant="plain" size="icon" aria-label={`How it is made: ${title}`} title="How it is made">
          <CircleHelp size={16} strokeWidth={1.75} />
        </Button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="end"
          sideOffset={6}
          collisionPadding={12}
          aria-label={`How it is made: ${title}`}
          className="z-50 w-[22rem] max-w-[calc(100vw-24px)] rounded-panel border border-line-strong bg-raised p-4 text-[13px] shadow-lg"
        >
          <p>{method.about}</p>
          <dl className="mt-3 grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5 text-[12px]">
            {method.facts.map(({ label, text }) => (
              <div key={label} className="contents">
                <dt className="text-faint">{label}</dt>
                <dd className="num text-muted">{text}</dd>
              </div>
            ))}
          </dl>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}
