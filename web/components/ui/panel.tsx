import type { ReactNode } from 'react'
import { useId } from 'react'
import { cn } from './cn'

type PanelProps = { title: string; note?: ReactNode; controls?: ReactNode; className?: string; children: ReactNode }

export function Panel({ title, note, controls, className, children }: PanelProps) {
  const heading = useId()
  return (
    <section className={cn('panel flex min-w-0 flex-col', className)} aria-labelledby={heading}>
      <header className="flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1 border-b border-line py-1.5 pr-2 pl-4">
        <h2 id={heading} className="text-[14px] leading-8 font-semibold whitespace-nowrap">
          {title}
        </h2>
        {note !== undefined && <p className="text-[12px] leading-4 text-muted">{note}</p>}
        {controls !== undefined && <div className="ml-auto flex flex-wrap items-center gap-2">{controls}</div>}
      </header>
      {children}
    </section>
  )
}
