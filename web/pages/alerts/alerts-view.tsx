import type { Alert } from '@contract/alerts.ts'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { BellRing, Plus } from 'lucide-react'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { ErrorState, Skeleton } from '@/components/ui/states'
import { fetchAlerts } from '@/lib/alerts'
import { findCoin } from '@/lib/api'
import { useRequiredSession } from '@/lib/use-required-session'
import { AlertForm } from './alert-form'
import { AlertHistory } from './alert-history'
import { AlertList } from './alert-list'

const everyMs = 10_000

/** The alerts of the account that is signed in. `coin`: the form of a new alert for it is open. */
export function AlertsView({ coin }: { coin: string | null }) {
  const account = useRequiredSession()
  return account === null ? <Loading /> : <Alerts userId={account.id} coin={coin} />
}

function Loading() {
  return (
    <div className="grid gap-3" role="status" aria-label="Loading">
      <Skeleton className="h-10" />
      <Skeleton className="h-64" />
    </div>
  )
}

/** What the form edits: nothing, a new alert, or an existing one. */
type Editing = null | 'new' | Alert

function Alerts({ userId, coin }: { userId: number; coin: string | null }) {
  const client = useQueryClient()
  const [editing, edit] = useState<Editing>(coin === null ? null : 'new')
  const [asked, setAsked] = useState(coin)
  const { data, error, refetch } = useQuery({
    queryKey: ['alerts', userId],
    queryFn: fetchAlerts,
    refetchInterval: everyMs,
  })
  const preset = useQuery({
    queryKey: ['alerts', 'coin', asked],
    queryFn: async () => (await findCoin(asked ?? '')) ?? null,
    enabled: asked !== null,
  })
  if (data === undefined)
    return error === null ? <Loading /> : <ErrorState message={error.message} onRetry={() => void refetch()} />
  const reload = () => void client.invalidateQueries({ queryKey: ['alerts'] })
  const close = () => {
    edit(null)
    setAsked(null)
  }
  const isReady = asked === null || !preset.isPending
  return (
    <>
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <h1 className="mr-auto text-[20px] leading-8 font-semibold">Alerts</h1>
        {data.length > 0 && (
          <Button variant="primary" onClick={() => edit('new')}>
            <Plus size={16} strokeWidth={1.75} />
            New alert
          </Button>
        )}
      </div>
      <div className="grid grid-cols-1 gap-3">
        {data.length === 0 ? (
          <FirstAlert onNew={() => edit('new')} />
        ) : (
          <AlertList alerts={data} onEdit={edit} onChanged={reload} />
        )}
        <AlertHistory />
      </div>
      {editing !== null && isReady && (
        <AlertForm
          edited={editing === 'new' ? null : editing}
          preset={editing === 'new' ? (preset.data ?? null) : null}
          onClose={close}
          onSaved={reload}
        />
      )}
    </>
  )
}

function FirstAlert({ onNew }: { onNew: () => void }) {
  return (
    <section className="panel flex flex-col items-center gap-3 px-6 py-16 text-center" aria-label="No alerts">
      <BellRing size={24} strokeWidth={1.75} className="text-faint" />
      <h2 className="text-[16px] font-semibold">No alerts yet</h2>
      <p className="max-w-md text-[13px] text-muted">
        Get told when a price crosses a level, a coin moves, your portfolio reaches a value, or the pipeline needs
        attention. Prices are checked on every tick.
      </p>
      <Button variant="primary" size="tall" onClick={onNew}>
        <Plus size={16} strokeWidth={1.75} />
        New alert
      </Button>
    </section>
  )
}
