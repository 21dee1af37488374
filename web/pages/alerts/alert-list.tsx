import type { Alert, AlertChange } from '@contract/alerts.ts'
import { useMutation } from '@tanstack/react-query'
import { Ellipsis, Pencil } from 'lucide-react'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { CoinIcon } from '@/components/ui/coin-icon'
import { IntentLink } from '@/components/ui/intent-link'
import { Menu } from '@/components/ui/menu'
import { Moment } from '@/components/ui/moment'
import { Panel } from '@/components/ui/panel'
import { ScrollRegion } from '@/components/ui/scroll-region'
import { Segmented } from '@/components/ui/segmented'
import { StatusWord } from '@/components/ui/status-word'
import { changeAlert, deleteAlert, snoozeAlert, testAlert } from '@/lib/alerts'
import { coinHref } from '@/lib/links'
import { showToast } from '@/lib/toast'
import { hasEnded, snoozes, toRepeatText, toStatus } from './alert-labels'
import { Distance } from './distance'

type ListProps = { alerts: readonly Alert[]; onEdit: (alert: Alert) => void; onChanged: () => void }

const head = 'px-3 py-2 text-left text-[12px] font-medium text-muted whitespace-nowrap'
const cell = 'px-3 whitespace-nowrap'
const hourMs = 3_600_000

/** Alerts by state: those that may trigger, and those that have ended. */
export function AlertList({ alerts, onEdit, onChanged }: ListProps) {
  const [shown, show] = useState<'active' | 'ended'>('active')
  const ended = alerts.filter(hasEnded)
  const active = alerts.filter((alert) => !hasEnded(alert))
  const rows = shown === 'active' ? active : ended
  const controls = (
    <Segmented
      label="Alerts by state"
      value={shown}
      options={[
        { value: 'active', label: `Active ${active.length}` },
        { value: 'ended', label: `Ended ${ended.length}` },
      ]}
      onChange={show}
    />
  )
  return (
    <Panel title="Your alerts" controls={controls}>
      {rows.length === 0 ? (
        <p className="p-6 text-center text-[13px] text-muted">
          {shown === 'active' ? 'No active alerts.' : 'No alert has ended.'}
        </p>
      ) : (
        <ScrollRegion label="Alerts table" className="relative overflow-x-auto">
          <table className="w-full text-[13px]" data-testid="alerts">
            <thead>
              <tr>
                <th className={`${head} pl-4`}>Condition</th>
                <th className={`${head} text-right`}>To go</th>
                <th className={`${head} max-md:hidden`}>State</th>
                <th className={`${head} max-lg:hidden`}>Repeat</th>
                <th className={`${head} text-right max-md:hidden`}>Last trigger</th>
                <th className={`${head} pr-4`}>
                  <span className="sr-only">Actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map((alert) => (
                <Row key={alert.id} alert={alert} onEdit={onEdit} onChanged={onChanged} />
              ))}
            </tbody>
          </table>
        </ScrollRegion>
      )}
    </Panel>
  )
}

type RowProps = { alert: Alert; onEdit: (alert: Alert) => void; onChanged: () => void }

function Row({ alert, onEdit, onChanged }: RowProps) {
  const { description, note, triggered_at, trigger_count, condition } = alert
  return (
    <tr className="border-t border-line hover:bg-raised">
      <td className="px-3 py-2 pl-4">
        <span className="flex items-center gap-2">
          {alert.coingecko_id !== null && <CoinIcon coin={{ ...alert, coingecko_id: alert.coingecko_id }} size={16} />}
          <Subject alert={alert} />
        </span>
        {note !== null && <span className="mt-0.5 block max-w-96 truncate text-[12px] text-muted">{note}</span>}
        <span className="mt-1 block text-[12px] text-muted md:hidden">
          <State alert={alert} />
        </span>
      </td>
      <td className={`${cell} text-right`}>{hasEnded(alert) ? '–' : <Distance alert={alert} />}</td>
      <td className={`${cell} max-md:hidden`}>
        <State alert={alert} />
      </td>
      <td className={`${cell} text-muted max-lg:hidden`}>{toRepeatText(alert.repeat, condition.type)}</td>
      <td className={`num ${cell} text-right text-muted max-md:hidden`}>
        {triggered_at === null ? '–' : <Moment at={triggered_at} />}
        {trigger_count > 1 && <span className="ml-1 text-faint">×{trigger_count}</span>}
      </td>
      <td className="pr-3 text-right whitespace-nowrap">
        <Button variant="plain" size="small-icon" aria-label={`Edit: ${description}`} onClick={() => onEdit(alert)}>
          <Pencil size={14} strokeWidth={1.75} />
        </Button>
        <Actions alert={alert} onChanged={onChanged} />
      </td>
    </tr>
  )
}

/** The state, with the end of a snooze or the expiry. */
function State({ alert }: { alert: Alert }) {
  const { state, snoozed_until, expires_at } = alert
  return (
    <>
      <StatusWord status={toStatus(alert)} />
      {state === 'snoozed' && snoozed_until !== null && <Until text="until" at={snoozed_until} />}
      {state !== 'snoozed' && !hasEnded(alert) && expires_at !== null && <Until text="expires" at={expires_at} />}
    </>
  )
}

const Until = ({ text, at }: { text: string; at: string }) => (
  <span className="num ml-1.5 text-[12px] text-muted">
    {text} <Moment at={at} />
  </span>
)

/** The condition, with its coin as a link. */
function Subject({ alert }: { alert: Alert }) {
  const { coingecko_id, name, description } = alert
  if (coingecko_id === null || !description.startsWith(name)) return <span>{description}</span>
  return (
    <span>
      <IntentLink href={coinHref({ coingecko_id })} className="font-medium hover:underline">
        {name}
      </IntentLink>
      {description.slice(name.length)}
    </span>
  )
}

function Actions({ alert, onChanged }: { alert: Alert; onChanged: () => void }) {
  const { id, description } = alert
  const { mutate, isPending } = useMutation({
    networkMode: 'always',
    mutationFn: async ({ run, done }: { run: () => Promise<unknown>; done: string | null }) => ({
      answer: await run(),
      done,
    }),
    onError: (failed) => showToast(`Can't change the alert. ${failed.message}`),
    onSuccess: ({ answer, done }) => {
      const message = done ?? (answer as { message: string }).message
      showToast(message, 'success')
    },
    onSettled: onChanged,
  })
  const change = (body: AlertChange, done: string) => mutate({ run: () => changeAlert(id, body), done })
  const snooze = (hours: number) =>
    mutate({
      run: () => snoozeAlert(id, hours === 0 ? null : new Date(Date.now() + hours * hourMs).toISOString()),
      done: hours === 0 ? 'Snooze ended.' : 'Alert snoozed.',
    })
  const isOn = !hasEnded(alert)
  return (
    <Menu
      trigger={
        <button
          type="button"
          aria-label={`More: ${description}`}
          disabled={isPending}
          className="inline-flex size-7 items-center justify-center rounded-control text-muted hover:bg-line hover:text-text"
        >
          <Ellipsis size={16} strokeWidth={1.75} />
        </button>
      }
    >
      {({ MenuItem, MenuLine }) => (
        <>
          <MenuItem onSelect={() => mutate({ run: () => testAlert(id), done: null })}>Send a test</MenuItem>
          {isOn && alert.state === 'snoozed' && <MenuItem onSelect={() => snooze(0)}>End snooze</MenuItem>}
          {isOn &&
            alert.state !== 'snoozed' &&
            snoozes.map(([hours, label]) => (
              <MenuItem key={hours} onSelect={() => snooze(hours)}>
                Snooze for {label}
              </MenuItem>
            ))}
          {isOn ? (
            <MenuItem onSelect={() => change({ is_active: false }, 'Alert turned off.')}>Turn off</MenuItem>
          ) : (
            <MenuItem
              onSelect={() =>
                change(
                  { is_active: true, ...(alert.state === 'expired' ? { expires_at: null } : {}) },
                  'Alert turned on.',
                )
              }
            >
              Turn on
            </MenuItem>
          )}
          <MenuLine />
          <MenuItem onSelect={() => mutate({ run: () => deleteAlert(id), done: 'Alert deleted.' })}>
            <span className="text-down">Delete</span>
          </MenuItem>
        </>
      )}
    </Menu>
  )
}
