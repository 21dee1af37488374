import { IntentLink } from '@/components/ui/intent-link'
import { EmptyState } from '@/components/ui/states'

/** Stands where a coin would. */
export function CoinNotFound() {
  return (
    <EmptyState title="There is no such coin here">
      <p className="max-w-md text-[13px] text-muted">
        The warehouse does not know it. It may never have been among the coins that are followed, or its name is spelled
        differently.
      </p>
      <IntentLink href="/market" className="text-[13px] text-accent underline">
        Find it in the market table
      </IntentLink>
    </EmptyState>
  )
}
