import type { BackfillRequest } from '@contract/pipeline.ts'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { CircleCheck, CircleDashed, CircleX } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { IntentLink } from '@/components/ui/intent-link'
import { Panel } from '@/components/ui/panel'
import { type Status, StatusWord } from '@/components/ui/status-word'
import { fetchAllCoins, requestBackfill } from '@/lib/api'
import { formatExact } from '@/lib/format'
import { coinHref, runPageHref } from '@/lib/links'
import { dayMs, toUtcDay } from '../../../contract/time.ts'
import { backfillsQuery } from './pipeline-queries'

const maxListed = 5
const maxSuggestions = 250

const states: Record<BackfillRequest['status'], Status> = {
  queued: { word: 'Queued', icon: CircleDashed, tone: 'busy', title: 'The next run of the backfill fetches it' },
  done: { word: 'Done', icon: CircleCheck, tone: 'quiet', title: 'Fetched' },
  failed: { word: 'Failed', icon: CircleX, tone: 'bad', title: 'The source has no such history' },
}

/** `26 points written, 3 already present`. */
const toOutcome = ({ status, error, points_written, points_held }: BackfillRequest): string =>
  error ??
  (status === 'queued'
    ? ''
    : `${formatExact(points_written)} points written, ${formatExact(points_held)} already present`)

function RequestRow({ request }: { request: BackfillRequest }) {
  const { coingecko_id, name, from, to, status, run_id } = request
  return (
    <li className="num flex flex-wrap items-center gap-x-4 gap-y-1 border-t border-line px-4 py-2 text-[13px]">
      <IntentLink href={coinHref({ coingecko_id })} className="font-medium hover:text-accent">
        {name}
      </IntentLink>
      <span className="text-muted">{from === to ? from : `${from} to ${to}`}</span>
      <StatusWord status={states[status]} />
      <span className="text-muted">{toOutcome(request)}</span>
      {run_id !== null && (
        <IntentLink href={runPageHref(run_id)} className="text-accent hover:underline">
          Run {run_id}
        </IntentLink>
      )}
    </li>
  )
}

function Form() {
  const client = useQueryClient()
  const [wantsCoins, setWantsCoins] = useState(false)
  const { data: coins } = useQuery({
    queryKey: ['pipeline', 'backfill coins'],
    queryFn: () => fetchAllCoins({}, maxSuggestions),
    enabled: wantsCoins,
    staleTime: Number.POSITIVE_INFINITY,
  })
  const { mutate, isPending, error, data } = useMutation({
    mutationFn: requestBackfill,
    onSuccess: () => client.invalidateQueries({ queryKey: ['pipeline'] }),
  })
  const today = toUtcDay(Date.now())
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const read = (name: string) => String(form.get(name) ?? '').trim()
    mutate({ coin: read('coin'), from: read('from'), to: read('to') })
  }
  return (
    <form onSubmit={submit} className="grid items-start gap-3 p-4 sm:grid-cols-[minmax(0,1fr)_auto_auto_auto]">
      <Field
        name="coin"
        label="Coin (CoinGecko ID)"
        required
        list="backfill-coins"
        autoComplete="off"
        placeholder="bitcoin"
        onFocus={() => setWantsCoins(true)}
      />
      <datalist id="backfill-coins">
        {coins?.items.map(({ coingecko_id, name }) => (
          <option key={coingecko_id} value={coingecko_id}>
            {name}
          </option>
        ))}
      </datalist>
      <Field
        name="from"
        label="First day (UTC)"
        type="date"
        required
        max={today}
        defaultValue={toUtcDay(Date.now() - dayMs)}
      />
      <Field name="to" label="Last day (UTC)" type="date" required max={today} defaultValue={today} />
      <Button type="submit" size="tall" disabled={isPending} className="sm:mt-[25px]">
        Backfill
      </Button>
      <p role="status" className="text-[13px] text-muted sm:col-span-4">
        {error !== null && <span className="text-down">{error.message}</span>}
        {error === null && data !== undefined && `Queued: ${data.name}, ${data.from} to ${data.to}.`}
        {error === null &&
          data === undefined &&
          'Fetches up to the last 365 days again. A finer point replaces a coarser one. Snapshots stay.'}
      </p>
    </form>
  )
}

/** Requests history of a coin for a range of days; for administrators. */
export function BackfillPanel() {
  const { data = [] } = useQuery(backfillsQuery)
  return (
    <Panel title="Backfill" note="History of a coin for a range of days">
      <Form />
      <ul data-testid="backfills">
        {data.slice(0, maxListed).map((request) => (
          <RequestRow key={request.id} request={request} />
        ))}
      </ul>
    </Panel>
  )
}
