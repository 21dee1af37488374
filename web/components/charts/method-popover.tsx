import * as Popover from '@radix-ui/react-popover'
import type { ReactNode } from 'react'
import type { Method } from './method'

/** The methodology of a chart. Open when mounted: `method.tsx` mounts it on request. */
export function MethodText({ label, method, trigger }: { label: string; method: Method; trigger: ReactNode }) {
  return (
    <Popover.Root defaultOpen>
      <Popover.Trigger asChild>{trigger}</Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="end"
          sideOffset={6}
          collisionPadding={12}
          aria-label={label}
          className="z-50 w-[22rem] max-w-[calc(100vw-24px)] rounded-panel border border-line-strong bg-raised p-4 text-[13px] shadow-lg"
        >
          <p>{method.about}</p>
          <dl className="mt-3 grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5 text-[12px]">
            {method.facts.map(({ label: name, text }) => (
              <div key={name} className="contents">
                <dt className="text-faint">{name}</dt>
                <dd className="num text-muted">{text}</dd>
              </div>
            ))}
          </dl>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}
