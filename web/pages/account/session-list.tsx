import type { AccountSession } from '@contract/accounts.ts'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button } from '@/components/ui/button'
import { ErrorState, Skeleton } from '@/components/ui/states'
import { endOtherSessions, endSession, fetchSessions } from '@/lib/accounts'
import { ApiError } from '@/lib/api'
import { formatAge, formatMinute } from '@/lib/format'
import { session } from '@/lib/session'
import { showToast } from '@/lib/toast'
import { Section } from './section'

function Row({ each, onEnd, busy }: { each: AccountSession; onEnd: () => void; busy: boolean }) {
  const name = each.client ?? 'Unknown client'
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2.5 text-[13px]">
      <div className="min-w-0 flex-1 basis-56">
        <p className="font-medium">
          {name}
          {each.is_current && (
            <span className="ml-2 rounded-mark border border-line-strong px-1.5 text-[12px] font-normal text-muted">
              this session
            </span>
          )}
        </p>
        <p className="num text-[12px] text-muted">
          {each.network !== null && `Network ${each.network}, `}signed in {formatMinute(each.created_at)} UTC
        </p>
      </div>
      <p className="num text-[12px] text-muted" title={`${formatMinute(each.last_used_at)} UTC`}>
        {each.is_current ? 'Active now' : `Last used ${formatAge(Date.now() - Date.parse(each.last_used_at))} ago`}
      </p>
      <Button disabled={busy} onClick={onEnd} aria-label={each.is_current ? 'Sign out here' : `Sign out ${name}`}>
        {'Sign out'}
      </Button>
    </li>
  )
}

/** The sessions of the account; each can be signed out, and all others at once. */
export function SessionList({ userId }: { userId: number }) {
  const client = useQueryClient()
  const queryKey = ['sessions', userId]
  const { data, error, refetch } = useQuery({ queryKey, queryFn: fetchSessions })
  const { mutate, isPending } = useMutation({
    networkMode: 'always',
    mutationFn: (each: AccountSession | null) => {
      if (each === null) return endOtherSessions()
      return each.is_current ? session.signOut() : endSession(each.id)
    },
    onError: (failed) => {
      const isOver = failed instanceof ApiError && failed.status === 401
      if (!isOver) showToast(`Can't sign out the session. ${failed.message}`)
    },
    onSettled: (_data, _error, each) =>
      each?.is_current === true ? undefined : client.invalidateQueries({ queryKey }),
  })
  const others = (data?.items.length ?? 0) - 1
  return (
    <Section
      title="Sessions"
      aside={
        others > 0 && (
          <Button disabled={isPending} onClick={() => mutate(null)}>
            {'Sign out all others'}
          </Button>
        )
      }
    >
      {data === undefined && error === null && <Skeleton className="m-4 h-20" />}
      {data === undefined && error !== null && <ErrorState message={error.message} onRetry={() => void refetch()} />}
      <ul className="divide-y divide-line">
        {data?.items.map((each) => (
          <Row key={each.id} each={each} busy={isPending} onEnd={() => mutate(each)} />
        ))}
      </ul>
      <p className="mt-auto border-t border-line px-4 py-2.5 text-[12px] text-faint">
        A session ends after 7 days without use, and 30 days after sign-in at the latest.
      </p>
    </Section>
  )
}
