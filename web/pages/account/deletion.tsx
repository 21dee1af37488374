import { useEffect, useRef, useState } from 'react'
import { Button } from '@/components/ui/button'
import { PasswordField } from '@/components/ui/password-field'
import { session } from '@/lib/session'
import { showToast } from '@/lib/toast'
import { FormFailure } from './form-parts'
import { Section } from './section'
import { useForm } from './use-form'

const fields = ['password'] as const
const needed = { password: 'Enter your password to confirm.' }

function Confirmation({ onCancel }: { onCancel: () => void }) {
  const { busy, blocked, failure, onSubmit, errorOf } = useForm({ fields, needed }, async (value) => {
    await session.deleteAccount(value('password'))
    showToast('Account deleted.', 'success')
  })
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => form.current?.querySelector('input')?.focus(), [])
  return (
    <form ref={form} method="post" noValidate onSubmit={onSubmit} className="grid gap-4">
      <PasswordField
        name="password"
        label="Your password"
        autoComplete="current-password"
        maxLength={256}
        error={errorOf('password')}
      />
      <FormFailure failure={failure} />
      <div className="flex gap-2">
        <Button type="submit" variant="danger" disabled={blocked}>
          {busy ? 'Deleting' : 'Delete permanently'}
        </Button>
        <Button variant="plain" onClick={onCancel}>
          Cancel
        </Button>
      </div>
    </form>
  )
}

/** Deletes the account after its password is entered again. */
export function Deletion() {
  const [isConfirming, setConfirming] = useState(false)
  return (
    <Section title="Delete your account">
      <div className="grid gap-4 p-4">
        <p className="text-[13px] text-muted">
          Deletes your email, name, password, sessions, API keys and watchlist at once. This can't be undone. The audit
          log keeps only the account's id.
        </p>
        {isConfirming ? (
          <Confirmation onCancel={() => setConfirming(false)} />
        ) : (
          <Button variant="danger" className="justify-self-start" onClick={() => setConfirming(true)}>
            Delete your account
          </Button>
        )}
      </div>
    </Section>
  )
}
