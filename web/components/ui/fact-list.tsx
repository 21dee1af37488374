import type { ReactNode } from 'react'

export type Fact = { label: string; title?: string; value: ReactNode }

export function FactList({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl className="num grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-1.5 text-[13px]">
      {facts.map(({ label, title, value }) => (
        <div key={label} className="contents">
          <dt className="text-muted" title={title}>
            {label}
          </dt>
          <dd className="min-w-0 break-words">{value}</dd>
        </div>
      ))}
    </dl>
  )
}
