import type { CheckStatus } from '@contract/quality.ts'
import { cn } from '@/components/ui/cn'

/** Background and sign of a status: color is never the only signal. */
const looks: Record<CheckStatus, { background: string; sign: string }> = {
  passed: { background: 'bg-line text-muted', sign: 'M2 5.2 4.2 7.4 8 2.8' },
  warning: { background: 'bg-warn text-surface', sign: 'M5 1.6v4.2M5 8v.4' },
  failed: { background: 'bg-bad text-surface', sign: 'M2 2l6 6M8 2l-6 6' },
  error: { background: 'border border-bad text-bad', sign: 'M7.4 1.8H3v6.4h4.4M3 5h3.6' },
  no_data: { background: 'border border-line text-faint', sign: 'M3 5h4' },
}

/** A status as a small square; empty without a result. */
export function StatusMark({ status, className }: { status: CheckStatus | null; className?: string }) {
  const frame = cn('flex items-center justify-center rounded-mark', className)
  if (status === null) return <span aria-hidden className={cn(frame, 'bg-bg')} />
  const { background, sign } = looks[status]
  return (
    <span aria-hidden className={cn(frame, background)}>
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
