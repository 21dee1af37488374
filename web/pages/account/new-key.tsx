import type { ApiKeyScope, CreatedApiKey } from '@contract/api-keys.ts'
import { administratorScopes, apiKeyScopes, maxKeyNameLength } from '@contract/lists.ts'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Field, input } from '@/components/ui/field'
import { createApiKey } from '@/lib/accounts'
import { showToast } from '@/lib/toast'
import { FormFailure } from './form-parts'
import { useForm } from './use-form'

const scopeTexts: Record<ApiKeyScope, string> = {
  read: 'Read market data',
  export: 'Bulk export',
  sql: 'Read-only SQL',
  jobs: 'Run and cancel jobs',
}

const fields = ['name', 'requests_per_minute'] as const
const needed = { name: 'Name the key after the program that uses it.' }

type NewKeyProps = { isAdmin: boolean; onCreated: () => void; onClose: () => void }

/** The form of a new key, then the key itself. */
export function NewKey(props: NewKeyProps) {
  const [created, setCreated] = useState<CreatedApiKey | null>(null)
  const onCreated = (key: CreatedApiKey) => {
    setCreated(key)
    props.onCreated()
  }
  return (
    <div className="border-b border-line p-4">
      {created === null ? (
        <Form {...props} onCreated={onCreated} />
      ) : (
        <Shown created={created} onClose={props.onClose} />
      )}
    </div>
  )
}

function Scopes({ isAdmin }: { isAdmin: boolean }) {
  const scopes = apiKeyScopes.filter((scope) => isAdmin || !administratorScopes.includes(scope))
  return (
    <fieldset>
      <legend className="mb-1.5 text-[13px] font-medium">Scopes</legend>
      <div className="flex flex-wrap gap-x-6 gap-y-2 text-[13px]">
        {scopes.map((scope) => (
          <label key={scope} className="flex min-h-6 items-center gap-2">
            <input
              type="checkbox"
              name={`scope_${scope}`}
              defaultChecked={scope === 'read'}
              className="size-4 accent-accent"
            />
            {scopeTexts[scope]}
          </label>
        ))}
      </div>
    </fieldset>
  )
}

function Form({
  isAdmin,
  onCreated,
  onClose,
}: Omit<NewKeyProps, 'onCreated'> & { onCreated: (key: CreatedApiKey) => void }) {
  const { busy, blocked, failure, onSubmit, errorOf } = useForm({ fields, needed }, async (value) => {
    const scopes = apiKeyScopes.filter((scope) => value(`scope_${scope}`) === 'on')
    if (scopes.length === 0) throw new Error('Choose at least one scope.')
    const limit = value('requests_per_minute')
    onCreated(
      await createApiKey({
        name: value('name'),
        scopes,
        requests_per_minute: limit === '' ? null : Number(limit),
      }),
    )
  })
  return (
    <form method="post" noValidate onSubmit={onSubmit} className="grid gap-4">
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          name="name"
          label="Name"
          maxLength={maxKeyNameLength}
          autoComplete="off"
          placeholder="Grafana"
          error={errorOf('name')}
        />
        <Field
          name="requests_per_minute"
          label="Requests per minute (optional)"
          inputMode="numeric"
          autoComplete="off"
          placeholder="No extra limit"
          error={errorOf('requests_per_minute')}
        />
      </div>
      <Scopes isAdmin={isAdmin} />
      <FormFailure failure={failure} />
      <div className="flex gap-2">
        <Button type="submit" variant="primary" disabled={blocked}>
          {busy ? 'Creating' : 'Create key'}
        </Button>
        <Button variant="plain" onClick={onClose}>
          Cancel
        </Button>
      </div>
    </form>
  )
}

function Shown({ created, onClose }: { created: CreatedApiKey; onClose: () => void }) {
  const copy = () =>
    navigator.clipboard.writeText(created.key).then(
      () => showToast('Key copied.', 'success'),
      () => showToast("Can't copy. Select the key and copy it."),
    )
  return (
    <div className="grid gap-3" role="status">
      <p className="text-[13px]">
        <span className="font-medium break-words">{created.name}</span>: copy the key now. It is not shown again.
      </p>
      <div className="flex flex-wrap gap-2">
        <input
          readOnly
          aria-label="API key"
          value={created.key}
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
