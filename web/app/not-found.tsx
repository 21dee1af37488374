import { IntentLink } from '@/components/ui/intent-link'
import { EmptyState } from '@/components/ui/states'

export default function NotFound() {
  return (
    <EmptyState title="There is no such page">
      <IntentLink href="/" className="text-[13px] text-accent underline">
        Go to the dashboard
      </IntentLink>
    </EmptyState>
  )
}
