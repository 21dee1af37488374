import { unknown } from '@/lib/format'

type ValueProps = { text: string; exact?: string | undefined; className?: string }

const countsZeros = /[₀-₉]/

/**
 * A formatted value. Screen readers hear "no data" for the dash. `exact` is shown on hover, and read out where the text
 * counts zeros in subscript.
 */
export function Value({ text, exact, className }: ValueProps) {
  if (exact !== undefined && countsZeros.test(text))
    return (
      <span className={className} title={exact}>
        <span aria-hidden>{text}</span>
        <span className="sr-only">{exact}</span>
      </span>
    )
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
