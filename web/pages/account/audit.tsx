import type { AuditAction, AuditEntry } from '@contract/accounts.ts'
import { auditActions } from '@contract/lists.ts'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { ChevronLeft, ChevronRight } from 'lucide-react'
import { parseAsInteger, parseAsStringLiteral, useQueryStates } from 'nuqs'
import { DataTable } from '@/components/charts/data-table'
import { Button } from '@/components/ui/button'
import { cn } from '@/components/ui/cn'
import { ErrorState, Skeleton } from '@/components/ui/states'
import { fetchAudit } from '@/lib/accounts'
import { formatDay, formatExact, formatTime, unknown } from '@/lib/format'
import { Section } from './section'

const perPage = 20
const parsers = { audit: parseAsInteger.withDefault(1), action: parseAsStringLiteral(auditActions) }

const actionNames: Record<AuditAction, string> = {
  account_created: 'Account created',
  account_deleted: 'Account deleted',
  api_key_created: 'API key created',
  api_key_revoked: 'API key revoked',
  backfill_requested: 'Backfill requested',
  job_paused: 'Job paused',
  job_resumed: 'Job resumed',
  job_requested: 'Job run requested',
  login_failed: 'Sign-in failed',
  login_succeeded: 'Signed in',
  logged_out: 'Signed out',
  logged_out_everywhere: 'Signed out everywhere',
  email_verified: 'Email confirmed',
  password_changed: 'Password changed',
  password_reset: 'Password reset by email',
  password_reset_requested: 'Password reset requested',
  role_changed: 'Role changed',
  run_cancelled: 'Run cancelled',
  sessions_ended: 'Sessions ended',
}

const toActionName = (action: string): string => actionNames[action as AuditAction] ?? action

const toAccountName = (id: number | null, email: string | null): string =>
  email ?? (id === null ? unknown : `No. ${id} (deleted)`)

const toDetails = (details: AuditEntry['details']): string =>
  Object.entries(details)
    .map(
      ([name, value]) => `${name.replaceAll('_', ' ')}: ${typeof value === 'string' ? value : JSON.stringify(value)}`,
    )
    .join(', ') || unknown

const toColumn = (field: string, label: string, text: (entry: AuditEntry) => string) => ({
  field,
  label,
  text,
  value: text,
})

const columns = [
  toColumn('at', 'Time (UTC)', ({ at }) => `${formatDay(at)} ${formatTime(at).slice(0, 8)}`),
  toColumn('action', 'Action', ({ action }) => toActionName(action)),
  toColumn('actor', 'By', ({ actor_id, actor_email }) => toAccountName(actor_id, actor_email)),
  toColumn('user', 'Account', ({ user_id, user_email }) => toAccountName(user_id, user_email)),
  toColumn('network', 'Network', ({ network }) => network ?? unknown),
  toColumn('details', 'Details', ({ details }) => toDetails(details)),
]

/** The audit log, newest first; page and filter are in the URL. */
export function Audit({ userId }: { userId: number }) {
  const [{ audit, action }, setState] = useQueryStates(parsers, { history: 'replace' })
  const page = Math.min(1_000_000, Math.max(1, audit))
  const { data, error, refetch, isPlaceholderData } = useQuery({
    queryKey: ['audit', userId, page, action],
    queryFn: () => fetchAudit({ page, per_page: perPage, ...(action === null ? {} : { action }) }),
    placeholderData: keepPreviousData,
  })
  const choose = (text: string) =>
    void setState({ action: auditActions.find((each) => each === text) ?? null, audit: 1 })
  return (
    <Section
      title="Audit log"
      aside={
        <select
          aria-label="Action"
          value={action ?? ''}
          onChange={(event) => choose(event.target.value)}
          className="h-8 rounded-control border border-line-strong bg-surface px-2 text-[13px]"
        >
          <option value="">All actions</option>
          {auditActions.map((each) => (
            <option key={each} value={each}>
              {actionNames[each]}
            </option>
          ))}
        </select>
      }
    >
      {data === undefined && error === null && <Skeleton className="m-4 h-40" />}
      {data === undefined && error !== null && <ErrorState message={error.message} onRetry={() => void refetch()} />}
      {data?.items.length === 0 && <p className="p-4 text-[13px] text-muted">No entries.</p>}
      {data !== undefined && data.items.length > 0 && (
        <DataTable
          table={{ caption: 'Audit log', columns, items: data.items, toKey: ({ id }) => `${id}` }}
          className={cn(isPlaceholderData && 'opacity-60')}
        />
      )}
      {data !== undefined && (
        <nav
          aria-label="Audit log pages"
          className="num mt-auto flex items-center gap-1 border-t border-line px-4 py-2 text-[12px] text-muted"
        >
          <span className="mr-auto">{formatExact(data.total)} entries</span>
          <Button
            size="icon"
            aria-label="Newer entries"
            disabled={page <= 1}
            onClick={() => void setState({ audit: Math.min(page - 1, data.pages) })}
          >
            <ChevronLeft size={16} strokeWidth={1.75} />
          </Button>
          <span className="min-w-16 text-center">
            {page} of {data.pages}
          </span>
          <Button
            size="icon"
            aria-label="Older entries"
            disabled={page >= data.pages}
            onClick={() => void setState({ audit: page + 1 })}
          >
            <ChevronRight size={16} strokeWidth={1.75} />
          </Button>
        </nav>
      )}
    </Section>
  )
}
