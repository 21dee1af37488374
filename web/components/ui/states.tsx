import { CircleAlert, SearchX } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button } from './button'
import { cn } from './cn'

/** Placeholder while loading. */
export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden className={cn('rounded-mark bg-line', className)} />
}

function Notice({ icon, title, children }: { icon: ReactNode; title: string; children: ReactNode }) {
  return (
    <div className="flex h-full min-h-48 flex-col items-center justify-center gap-3 p-6 text-center">
      <span className="text-faint">{icon}</span>
      <p className="font-medium">{title}</p>
      {children}
    </div>
  )
}

export function ErrorState({ message, onRetry }: { message: string; onRetry: () => void }) {
  return (
    <Notice icon={<CircleAlert size={20} strokeWidth={1.75} />} title="Can't load this data">
      <p role="alert" className="max-w-md text-[13px] text-muted">
        {message}
      </p>
      <Button onClick={onRetry}>Try again</Button>
    </Notice>
  )
}

export function EmptyState({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <Notice icon={<SearchX size={20} strokeWidth={1.75} />} title={title}>
      {children}
    </Notice>
  )
}
