import { PageTitle } from '@/components/ui/page-title'
import { Skeleton } from '@/components/ui/states'
import { formatDay } from '@/lib/format'
import type { Session } from '@/lib/session-store'
import { useRequiredSession } from '@/lib/use-required-session'
import { ApiKeys } from './api-keys'
import { Audit } from './audit'
import { Channels } from './channels'
import { Deletion } from './deletion'
import { PasswordForm } from './password-form'
import { SessionList } from './session-list'

function AccountFacts({ account }: { account: Session }) {
  const facts = [
    ['Email', account.email],
    ['Name', account.full_name ?? '–'],
    ['Role', account.role === 'administrator' ? 'Administrator' : 'User'],
    ['Member since', formatDay(account.created_at)],
  ] as const
  return (
    <dl className="panel num flex flex-wrap gap-x-10 gap-y-3 px-4 py-3" data-testid="who">
      {facts.map(([label, value]) => (
        <div key={label} className="min-w-0">
          <dt className="text-[12px] text-muted">{label}</dt>
          <dd className="font-medium break-words">{value}</dd>
        </div>
      ))}
    </dl>
  )
}

/** The account that is signed in; the audit log for administrators. */
export function AccountView() {
  const account = useRequiredSession()
  return (
    <>
      <PageTitle>Account</PageTitle>
      {account === null ? (
        <div className="panel grid gap-4 p-4" role="status" aria-label="Loading">
          <Skeleton className="h-10" />
          <Skeleton className="h-40" />
        </div>
      ) : (
        <div className="grid grid-cols-1 items-start gap-3 lg:grid-cols-[62fr_38fr]">
          <div className="lg:col-span-2">
            <AccountFacts account={account} />
          </div>
          <div className="grid min-w-0 content-start gap-3">
            <SessionList userId={account.id} />
            <Channels userId={account.id} />
            <ApiKeys account={account} />
          </div>
          <div className="grid content-start gap-3">
            <PasswordForm email={account.email} />
            <Deletion />
          </div>
          {account.role === 'administrator' && (
            <div className="min-w-0 lg:col-span-2">
              <Audit userId={account.id} />
            </div>
          )}
        </div>
      )}
    </>
  )
}
