import type { CheckStatus } from '@contract/quality.ts'
import { cn } from '@/components/ui/cn'

/** How a status looks in the matrix: a ground and a sign, so that it is told without colour too. */
const looks: Record<CheckStatus, { ground: string; sign: string }> = {
  passed: { ground: 'bg-line text-muted', sign: 'M2 5.2 4.2 7.4 8 2.8' },
  warning: { ground: 'bg-warn text-surface', sign: 'M5 1.6v4.2M5 8v.4' },
  failed: { ground: 'bg-bad text-surface', sign: 'M2 2l6 6M8 2l-6 6' },
  error: { ground: 'border border-bad text-bad', sign: 'M7.4 1.8H3v6.4h4.4M3 5h3.6' },
  no_data: { ground: 'border border-line text-faint', sign: 'M3 5h4' },
}

/** One hour of a check; empty when it gave no verdict. */
export function CellMark({ status, className }: { status: CheckStatus | null; className?: string }) {
  const place = cn('flex items-center justify-center rounded-mark', className)
  if (status === null) return <span aria-hidden className={cn(place, 'bg-bg')} />
  const { ground, sign } = looks[status]
  return (
    <span aria-hidden className={cn(place, ground)}>
      <svg
        viewBox="0 0 10 10"
        width={10}
        height={10}
        fill="none"
        stroke="currentColor"
        strokeWidth={1.5}
        strokeLinecap="round"
        aria-hidden
      >
        <path d={sign} />
      </svg>
    </span>
  )
}
