import { pages } from '@/components/shell/navigation'
import { PageHead } from '@/components/shell/page-head'
import { IntentLink } from '@/components/ui/intent-link'
import { PageTitle } from '@/components/ui/page-title'
import { EmptyState } from '@/components/ui/states'

export default function NotFound() {
  return (
    <>
      <PageHead title="Page not found" />
      <PageTitle>Page not found</PageTitle>
      <EmptyState title="Page not found">
        <p className="max-w-md text-[13px] text-muted">
          Check the address, search for a coin above, or open one of these pages:
        </p>
        <ul className="flex flex-wrap justify-center gap-2">
          {pages.map(({ href, label }) => (
            <li key={href}>
              <IntentLink
                href={href}
                className="flex h-8 items-center rounded-control border border-line-strong bg-surface px-3 text-[13px] font-medium hover:bg-raised"
              >
                {label}
              </IntentLink>
            </li>
          ))}
        </ul>
      </EmptyState>
    </>
  )
}
