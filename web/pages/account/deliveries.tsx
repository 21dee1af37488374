import { deliveryStates } from '@contract/notification-lists.ts'
import type { Delivery } from '@contract/notifications.ts'
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { CircleAlert, CircleCheck, Clock3 } from 'lucide-react'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Pager } from '@/components/ui/pager'
import { ErrorState, Skeleton } from '@/components/ui/states'
import { type Status, StatusWord } from '@/components/ui/status-word'
import { formatMinute } from '@/lib/format'
import { fetchDeliveries, fetchDelivery, sendAgain } from '@/lib/notifications'
import { showToast } from '@/lib/toast'
import { Section } from './section'

const perPage = 10
const refreshMs = 10_000

const statuses: Record<Delivery['state'], Status> = {
  pending: { word: 'Pending', icon: Clock3, tone: 'busy' },
  delivered: { word: 'Delivered', icon: CircleCheck, tone: 'quiet' },
  dead: { word: 'Failed', icon: CircleAlert, tone: 'bad' },
}

/** The attempts of a delivery, oldest first. */
function Log({ id, attempts }: { id: number; attempts: number }) {
  const { data, error } = useQuery({ queryKey: ['delivery', id, attempts], queryFn: () => fetchDelivery(id) })
  if (error !== null) return <p className="text-[12px] text-down">{error.message}</p>
  if (data === undefined) return <Skeleton className="h-4" />
  if (data.log.length === 0) return <p className="text-[12px] text-muted">No attempts yet.</p>
  return (
    <ol className="num grid gap-1 text-[12px] text-muted">
      {data.log.map(({ at, duration_ms, status_code, error: reason }) => (
        <li key={at} className="break-words">
          {formatMinute(at)} UTC · {duration_ms} ms{status_code === null ? '' : ` · ${status_code}`} ·{' '}
          {reason ?? 'Delivered'}
        </li>
      ))}
    </ol>
  )
}

function Row({ each, busy, onSendAgain }: { each: Delivery; busy: boolean; onSendAgain: () => void }) {
  const [isOpen, setOpen] = useState(false)
  const next =
    each.next_attempt_at !== null && each.attempts > 0 ? `Next attempt ${formatMinute(each.next_attempt_at)} UTC` : ''
  return (
    <li className="grid gap-1.5 px-4 py-2.5 text-[13px]">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <div className="min-w-0 flex-1 basis-48">
          <p className="font-medium break-words">{each.title}</p>
          <p className="num text-[12px] break-words text-muted">
            {each.channel_name} · {formatMinute(each.at)} UTC
          </p>
        </div>
        <div className="flex items-center gap-2">
          <StatusWord status={statuses[each.state]} />
          <Button
            variant="plain"
            aria-expanded={isOpen}
            aria-label={`Attempts: ${each.title} to ${each.channel_name}`}
            onClick={() => setOpen(!isOpen)}
          >
            Attempts
          </Button>
          {each.state === 'dead' && (
            <Button
              disabled={busy}
              onClick={onSendAgain}
              aria-label={`Send again: ${each.title} to ${each.channel_name}`}
            >
              Send again
            </Button>
          )}
        </div>
      </div>
      {each.last_error !== null && !isOpen && <p className="text-[12px] break-words text-muted">{each.last_error}</p>}
      {next !== '' && <p className="num text-[12px] text-muted">{next}</p>}
      {isOpen && <Log id={each.id} attempts={each.attempts} />}
    </li>
  )
}

/** What was delivered to the channels, newest first, with each attempt. */
export function Deliveries({ userId }: { userId: number }) {
  const client = useQueryClient()
  const [page, setPage] = useState(1)
  const [state, setState] = useState<Delivery['state'] | undefined>(undefined)
  const queryKey = ['deliveries', userId]
  const { data, error, refetch } = useQuery({
    queryKey: [...queryKey, page, state],
    queryFn: () => fetchDeliveries({ page, per_page: perPage, ...(state === undefined ? {} : { state }) }),
    placeholderData: keepPreviousData,
    refetchInterval: refreshMs,
  })
  const { mutate, isPending } = useMutation({
    networkMode: 'always',
    mutationFn: ({ id }: Delivery) => sendAgain(id),
    onError: (failed) => showToast(`Can't send it again. ${failed.message}`),
    onSettled: () => client.invalidateQueries({ queryKey }),
  })
  const choose = (text: string) => {
    setState(deliveryStates.find((each) => each === text))
    setPage(1)
  }
  return (
    <Section
      title="Deliveries"
      aside={
        <select
          aria-label="State"
          value={state ?? ''}
          onChange={(event) => choose(event.target.value)}
          className="h-8 rounded-control border border-line-strong bg-surface px-2 text-[13px]"
        >
          <option value="">All states</option>
          {deliveryStates.map((each) => (
            <option key={each} value={each}>
              {statuses[each].word}
            </option>
          ))}
        </select>
      }
    >
      {data === undefined && error === null && <Skeleton className="m-4 h-20" />}
      {data === undefined && error !== null && <ErrorState message={error.message} onRetry={() => void refetch()} />}
      {data?.items.length === 0 && <p className="p-4 text-[13px] text-muted">No deliveries.</p>}
      <ul className="divide-y divide-line">
        {data?.items.map((each) => (
          <Row key={each.id} each={each} busy={isPending} onSendAgain={() => mutate(each)} />
        ))}
      </ul>
      {data !== undefined && data.total > perPage && <Pager list={data} onPage={setPage} />}
    </Section>
  )
}
