import { TriangleAlert } from 'lucide-react'
import { type ReactNode, useSyncExternalStore } from 'react'
import { cn } from '@/components/ui/cn'
import { isUnencrypted } from '@/lib/links'
import { toStrength } from '@/lib/password-strength'
import type { Failure } from './failure'

const never = () => () => undefined

/** A page with one form and a sentence about its purpose. */
export function FormPage({ title, lead, children }: { title: string; lead: string; children: ReactNode }) {
  return (
    <div className="mx-auto w-full max-w-[360px] pt-6 pb-10 sm:pt-16">
      <h1 className="text-[20px] leading-7 font-semibold">{title}</h1>
      <p className="mt-1 mb-6 text-[13px] text-muted">{lead}</p>
      <OriginWarning />
      {children}
    </div>
  )
}

/** Warns when the page was loaded over plain HTTP from another machine. */
function OriginWarning() {
  const readable = useSyncExternalStore(
    never,
    () => isUnencrypted(window.location),
    () => false,
  )
  if (!readable) return null
  return (
    <p className="mb-6 flex items-start gap-2 text-[13px]">
      <TriangleAlert size={16} strokeWidth={1.75} className="mt-0.5 shrink-0 text-warn" />
      <span>
        This page was loaded over plain HTTP. Anyone on the network between you and the server can read your password
        and take over your session. Use HTTPS, or open it on the server itself.
      </span>
    </p>
  )
}

/** An error that concerns no single field. */
export function FormFailure({ failure }: { failure: Failure | null }) {
  return (
    <p role="alert" className={cn('text-[13px] text-down', failure?.field === null || 'hidden')}>
      {failure?.field === null && failure.message}
    </p>
  )
}

const tones = ['bg-down', 'bg-down', 'bg-warn', 'bg-up', 'bg-up'] as const

/** Password strength while typing. */
export function StrengthMeter(props: { password: string; email: string; refused: boolean }) {
  const { score, word, advice } = toStrength(props.password, props)
  if (props.password === '') return <span>8 characters or more. A few unrelated words work best.</span>
  return (
    <div data-testid="strength" data-score={score}>
      <span aria-hidden className="mb-1 flex gap-1">
        {[1, 2, 3, 4].map((step) => (
          <span
            key={step}
            className={cn('h-1 flex-1 rounded-mark', step <= Math.max(1, score) ? tones[score] : 'bg-line-strong')}
          />
        ))}
      </span>
      <span aria-live="polite">
        <span className="sr-only">Strength: </span>
        <span className="font-medium text-text">{word}</span>
        {advice !== '' && `. ${advice}.`}
      </span>
    </div>
  )
}
