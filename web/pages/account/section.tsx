import type { ReactNode } from 'react'
import { cn } from '@/components/ui/cn'

/** A panel of the account page with its heading. `aside`: controls in the header. */
export function Section(props: { title: string; aside?: ReactNode; className?: string; children: ReactNode }) {
  return (
    <section className={cn('panel flex flex-col', props.className)} aria-label={props.title}>
      <header className="flex min-h-11 items-center justify-between gap-3 border-b border-line px-4">
        <h2 className="text-[14px] font-semibold">{props.title}</h2>
        {props.aside}
      </header>
      {props.children}
    </section>
  )
}
