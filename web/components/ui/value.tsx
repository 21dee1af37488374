import { unknown } from '@/lib/format'

/** A formatted value; the dash of an unknown one is spoken as "no data". `exact` is shown on hover. */
export function Value({ text, exact, className }: { text: string; exact?: string; className?: string }) {
  if (text !== unknown)
    return (
      <span className={className} title={exact === text ? undefined : exact}>
        {text}
      </span>
    )
  return (
    <span className={className}>
      <span aria-hidden className="text-faint">
        {unknown}
      </span>
      <span className="sr-only">no data</span>
    </span>
  )
}
