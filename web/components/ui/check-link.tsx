import { checkHref } from '@/lib/links'
import { cn } from './cn'
import { IntentLink } from './intent-link'

/** A link to a check. */
export function CheckLink({ name, className }: { name: string; className?: string }) {
  return (
    <IntentLink href={checkHref(name)} className={cn('text-accent hover:underline', className)}>
      {name}
    </IntentLink>
  )
}
