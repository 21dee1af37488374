import type { AlertType } from '@contract/alert-lists.ts'
import { maxAlertNote } from '@contract/alert-lists.ts'
import type { Alert, AlertChange, NewAlert } from '@contract/alerts.ts'
import { useMutation, useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { Button } from '@/components/ui/button'
import { CoinField } from '@/components/ui/coin-field'
import { Field, input, Labeled } from '@/components/ui/field'
import { Modal } from '@/components/ui/modal'
import { saveAlert } from '@/lib/alerts'
import { fetchChannels } from '@/lib/notifications'
import { coolDowns, toMarginUnit, typeGroups } from './alert-labels'
import { readForm, toCondition, toRepeat } from './condition-body'
import { ConditionFields, type FormCoin } from './condition-fields'

type FormProps = {
  /** The alert to change; null for a new one. */
  edited: Alert | null
  /** The coin of a new alert, if it is known. */
  preset: FormCoin | null
  onClose: () => void
  onSaved: () => void
}

const coinTypes: ReadonlySet<AlertType> = new Set(
  typeGroups.filter(({ label }) => label === 'Coin').flatMap(({ types }) => types.map(([type]) => type)),
)

const toCoin = ({ coin_id, coingecko_id, name, symbol, price_usd }: Alert): FormCoin | null =>
  coin_id === null || coingecko_id === null ? null : { id: coin_id, coingecko_id, name, symbol, price_usd }

const toLocal = (instant: string): string => new Date(instant).toISOString().slice(0, 16)

/** Creates or changes an alert. */
export function AlertForm({ edited, preset, onClose, onSaved }: FormProps) {
  const [type, setType] = useState<AlertType>(edited?.condition.type ?? 'price')
  const [coin, setCoin] = useState<FormCoin | null>(edited === null ? preset : toCoin(edited))
  const [problem, setProblem] = useState<string | null>(null)
  const { mutate, isPending } = useMutation({
    networkMode: 'always',
    mutationFn: (body: NewAlert & AlertChange) => saveAlert(body, edited?.id ?? null),
    onError: (failed) => setProblem(failed.message),
    onSuccess: () => {
      onSaved()
      onClose()
    },
  })
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (coinTypes.has(type) && coin === null) return setProblem('Choose a coin from the list.')
    setProblem(null)
    const values = readForm(event.currentTarget)
    const channels = new FormData(event.currentTarget).getAll('channel').map(Number)
    const expires = values.text('expires_at')
    mutate({
      condition: toCondition(type, values, coinTypes.has(type) ? (coin?.id ?? null) : null),
      repeat: toRepeat(values),
      note: values.text('note') || null,
      channel_ids: channels,
      expires_at: expires === '' ? null : `${expires}:00.000Z`,
    })
  }
  return (
    <Modal title={edited === null ? 'New alert' : 'Edit alert'} onClose={onClose}>
      <form onSubmit={onSubmit} className="grid items-start gap-4 overflow-y-auto p-4 text-left sm:grid-cols-2">
        <TypeField type={type} onChange={setType} />
        {coinTypes.has(type) && <CoinField initial={coin} onChoose={(_id, chosen) => setCoin(chosen)} />}
        <ConditionFields key={type} type={type} condition={edited?.condition ?? null} coin={coin} />
        <RepeatFields edited={edited} type={type} />
        <Field
          name="expires_at"
          label="Expires (UTC)"
          type="datetime-local"
          defaultValue={edited?.expires_at == null ? '' : toLocal(edited.expires_at)}
          hint="Empty: never"
        />
        <Field name="note" label="Note" maxLength={maxAlertNote} defaultValue={edited?.note ?? ''} />
        <Channels chosen={edited?.channel_ids ?? []} />
        <p role="alert" className="text-[13px] text-down sm:col-span-2" hidden={problem === null}>
          {problem}
        </p>
        <div className="flex justify-end gap-2 sm:col-span-2">
          <Button size="tall" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" size="tall" variant="primary" disabled={isPending}>
            Save
          </Button>
        </div>
      </form>
    </Modal>
  )
}

function TypeField({ type, onChange }: { type: AlertType; onChange: (type: AlertType) => void }) {
  const known = typeGroups.flatMap(({ types }) => types.map(([one]) => one))
  return (
    <Labeled id="field-type" label="Tell me about">
      <select
        id="field-type"
        value={type}
        onChange={(event) => onChange(known.find((one) => one === event.target.value) ?? type)}
        className={input}
      >
        {typeGroups.map((group) => (
          <optgroup key={group.label} label={group.label}>
            {group.types.map(([one, label]) => (
              <option key={one} value={one}>
                {label}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
    </Labeled>
  )
}

function RepeatFields({ edited, type }: { edited: Alert | null; type: AlertType }) {
  const held = edited?.repeat ?? { type: 'once' as const }
  const [repeat, setRepeat] = useState<string>(held.type)
  const unit = toMarginUnit(type)
  const minutes = held.type === 'cool_down' ? held.minutes : 60
  const choices = coolDowns.some(([one]) => one === minutes)
    ? coolDowns
    : [...coolDowns, [minutes, `${minutes} minutes`] as const]
  return (
    <>
      <Labeled id="field-repeat" label="Repeat">
        <select
          id="field-repeat"
          name="repeat"
          value={repeat}
          onChange={(event) => setRepeat(event.target.value)}
          className={input}
        >
          <option value="once">Once</option>
          <option value="cool_down">While true, with a cool-down</option>
          <option value="rearm">Each time it becomes true</option>
        </select>
      </Labeled>
      {repeat === 'cool_down' && (
        <Labeled id="field-cool_down" label="At most every">
          <select id="field-cool_down" name="cool_down" defaultValue={minutes} className={input}>
            {choices.map(([one, label]) => (
              <option key={one} value={one}>
                {label}
              </option>
            ))}
          </select>
        </Labeled>
      )}
      {repeat === 'rearm' && unit !== null && (
        <Field
          name="margin"
          label={`Margin in ${unit}`}
          inputMode="decimal"
          autoComplete="off"
          pattern="[0-9]*\.?[0-9]*"
          defaultValue={held.type === 'rearm' ? held.margin : 1}
          hint="It must be false by this much before it can trigger again"
        />
      )}
    </>
  )
}

/** The channels of the account besides the app, which is always told. */
function Channels({ chosen }: { chosen: readonly number[] }) {
  const { data } = useQuery({ queryKey: ['notification-channels'], queryFn: fetchChannels })
  return (
    <fieldset className="sm:col-span-2">
      <legend className="mb-1.5 text-[13px] font-medium">Channels</legend>
      <div className="flex flex-wrap gap-x-6 gap-y-2 text-[13px]">
        <label className="flex min-h-6 items-center gap-2 text-muted">
          <input type="checkbox" checked disabled className="size-4 accent-accent" />
          In the app
        </label>
        {data?.items.map(({ id, name, kind, is_active }) => (
          <label key={id} className="flex min-h-6 items-center gap-2">
            <input
              type="checkbox"
              name="channel"
              value={id}
              defaultChecked={chosen.includes(id)}
              className="size-4 accent-accent"
            />
            {name} <span className="text-muted">{is_active ? kind : `${kind}, off`}</span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
