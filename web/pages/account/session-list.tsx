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
  const name = each.client ?? 'Unknown program'
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2.5 text-[13px]">
      <div className="min-w-0 flex-1 basis-56">
        <p className="font-medium">
          {name}
          {each.is_current && (
            <span className="ml-2 rounded-mark border border-line-strong px-1.5 text-[12px] font-normal text-muted">
              this one
            </span>
          )}
        </p>
        <p className="num text-[12px] text-muted">
          {each.network !== null && `Network ${each.network}, `}signed in {formatMinute(each.created_at)} UTC
        </p>
      </div>
      <p className="num text-[12px] text-muted" title={`${formatMinute(each.last_used_at)} UTC`}>
        {each.is_current ? 'In use' : `Last used ${formatAge(Date.now() - Date.parse(each.last_used_at))} ago`}
      </p>
      <Button
        disabled={busy}
        onClick={onEnd}
        aria-label={each.is_current ? 'Sign out here' : `End the session of ${name}`}
      >
        {each.is_current ? 'Sign out' : 'End'}
      </Button>
    </li>
  )
}

/** Where the account is signed in; each session can be ended, and all others at once. */
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
      if (!isOver) showToast(`Nothing was ended. ${failed.message}`)
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
            {others === 1 ? 'End the other' : `End the ${others} others`}
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
        A session ends after 7 days without use, and after 30 days in any case. An ended session is refused at once.
      </p>
    </Section>
  )
}
