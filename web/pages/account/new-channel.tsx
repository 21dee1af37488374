import { type ChannelKind, channelDetails, channelKinds, maxChannelName } from '@contract/notification-lists.ts'
import type { ChannelList, ChannelSettings, CreatedChannel } from '@contract/notifications.ts'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Field, input, Labeled } from '@/components/ui/field'
import { createChannel, subscribeBrowser } from '@/lib/notifications'
import { showToast } from '@/lib/toast'
import { FormFailure } from './form-parts'
import { useForm } from './use-form'

type NewChannelProps = { list: ChannelList; onCreated: () => void; onClose: () => void }

/** The form of a new channel, then the signing secret of a webhook. */
export function NewChannel(props: NewChannelProps) {
  const [created, setCreated] = useState<CreatedChannel | null>(null)
  const onCreated = (channel: CreatedChannel) => {
    props.onCreated()
    if (channel.signing_secret !== null) return setCreated(channel)
    showToast(`Added ${channel.name}.`, 'success')
    props.onClose()
  }
  return (
    <div className="border-b border-line p-4">
      {created === null ? (
        <Form {...props} onCreated={onCreated} />
      ) : (
        <Secret secret={created.signing_secret ?? ''} onClose={props.onClose} />
      )}
    </div>
  )
}

/** Why a kind of channel can't be added now. Null: it can. */
function toObstacle(kind: ChannelKind, { email }: ChannelList): string | null {
  if (kind !== 'email') return null
  if (!email.is_configured) return 'This server sends no email. An administrator can set SMTP_URL and SMTP_FROM.'
  return email.is_verified ? null : 'Confirm your email first.'
}

function Form({
  list,
  onCreated,
  onClose,
}: Omit<NewChannelProps, 'onCreated'> & { onCreated: (channel: CreatedChannel) => void }) {
  const [kind, setKind] = useState<ChannelKind>('push')
  const { label, about, fields: all } = channelDetails[kind]
  const fields = kind === 'push' ? [] : all
  const needed = Object.fromEntries(
    fields
      .filter(({ isRequired }) => isRequired)
      .map(({ name, label: words }) => [name, `Enter the ${words.toLowerCase()}.`]),
  )
  const names = ['name', ...fields.map(({ name }) => name)]
  const { busy, blocked, failure, onSubmit, errorOf } = useForm({ fields: names, needed }, async (value) => {
    const given = fields.map(({ name }) => [name, value(name)]).filter(([, text]) => text !== '')
    const settings: ChannelSettings =
      kind === 'push' ? await subscribeBrowser(list.push_public_key) : Object.fromEntries(given)
    onCreated(await createChannel({ kind, settings, ...(value('name') === '' ? {} : { name: value('name') }) }))
  })
  const obstacle = toObstacle(kind, list)
  return (
    <form method="post" noValidate onSubmit={onSubmit} className="grid gap-4">
      <div className="grid gap-4 sm:grid-cols-2">
        <Labeled id="field-kind" label="Channel" hint={about}>
          <select
            id="field-kind"
            aria-describedby="field-kind-hint"
            value={kind}
            onChange={(event) => setKind(channelKinds.find((each) => each === event.target.value) ?? 'push')}
            className={input}
          >
            {channelKinds.map((each) => (
              <option key={each} value={each}>
                {channelDetails[each].label}
              </option>
            ))}
          </select>
        </Labeled>
        <Field
          name="name"
          label="Name (optional)"
          maxLength={maxChannelName}
          autoComplete="off"
          placeholder={label}
          error={errorOf('name')}
        />
        {fields.map(({ name, label: words, hint, isRequired }) => (
          <Field
            key={`${kind}-${name}`}
            name={name}
            label={isRequired ? words : `${words} (optional)`}
            placeholder={hint}
            autoComplete="off"
            spellCheck={false}
            error={errorOf(name)}
          />
        ))}
      </div>
      {obstacle !== null && <p className="text-[13px] text-muted">{obstacle}</p>}
      <FormFailure failure={failure} />
      <div className="flex gap-2">
        <Button type="submit" variant="primary" disabled={blocked || obstacle !== null}>
          {busy ? 'Adding' : 'Add channel'}
        </Button>
        <Button variant="plain" onClick={onClose}>
          Cancel
        </Button>
      </div>
    </form>
  )
}

function Secret({ secret, onClose }: { secret: string; onClose: () => void }) {
  const copy = () =>
    navigator.clipboard.writeText(secret).then(
      () => showToast('Signing secret copied.', 'success'),
      () => showToast("Can't copy. Select the secret and copy it."),
    )
  return (
    <div className="grid gap-3" role="status">
      <p className="text-[13px]">
        Copy the signing secret now. It is not shown again. Your server verifies webhooks with it.
      </p>
      <div className="flex flex-wrap gap-2">
        <input
          readOnly
          aria-label="Signing secret"
          value={secret}
          onFocus={(event) => event.currentTarget.select()}
          className={`${input} min-w-0 flex-1 basis-full font-mono text-[12px] sm:basis-96 sm:text-[13px]`}
        />
        <Button variant="primary" size="tall" onClick={() => void copy()}>
          Copy
        </Button>
        <Button size="tall" onClick={onClose}>
          Done
        </Button>
      </div>
    </div>
  )
}
