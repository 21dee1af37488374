import { pages } from '@/components/shell/navigation'
import { PageHead } from '@/components/shell/page-head'
import { IntentLink } from '@/components/ui/intent-link'
import { EmptyState } from '@/components/ui/states'

export default function NotFound() {
  return (
    <>
      <PageHead title="No such page" />
      <h1 className="sr-only">No such page</h1>
      <EmptyState title="There is no such page">
        <p className="max-w-md text-[13px] text-muted">
          The address leads nowhere. The search above finds coins and pages by name; these are the pages:
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
