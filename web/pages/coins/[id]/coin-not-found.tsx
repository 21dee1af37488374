import { IntentLink } from '@/components/ui/intent-link'
import { EmptyState } from '@/components/ui/states'

export function CoinNotFound() {
  return (
    <EmptyState title="Coin not found">
      <p className="max-w-md text-[13px] text-muted">It isn't tracked. Check the id, or search for the coin.</p>
      <IntentLink href="/market" className="text-[13px] text-accent underline">
        View all tracked coins
      </IntentLink>
    </EmptyState>
  )
}
