import { useEffect, useRef, useState } from 'react'
import { Button } from '@/components/ui/button'
import { PasswordField } from '@/components/ui/password-field'
import { session } from '@/lib/session'
import { showToast } from '@/lib/toast'
import { FormFailure } from './form-parts'
import { Section } from './section'
import { useForm } from './use-form'

const fields = ['password'] as const
const needed = { password: 'Enter your password: it confirms that it is you.' }

function Confirmation({ onCancel }: { onCancel: () => void }) {
  const { busy, blocked, failure, onSubmit, errorOf } = useForm({ fields, needed }, async (value) => {
    await session.deleteAccount(value('password'))
    showToast('Your account is deleted.', 'success')
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
          {busy ? 'Deleting' : 'Delete for ever'}
        </Button>
        <Button variant="plain" onClick={onCancel}>
          Keep it
        </Button>
      </div>
    </form>
  )
}

/** The end of the account, once its password is given again. */
export function Deletion() {
  const [meant, setMeant] = useState(false)
  return (
    <Section title="Delete your account">
      <div className="grid gap-4 p-4">
        <p className="text-[13px] text-muted">
          Email, name, password, sessions and watchlist go at once, and do not come back. The audit log keeps the
          account's number alone.
        </p>
        {meant ? (
          <Confirmation onCancel={() => setMeant(false)} />
        ) : (
          <Button variant="danger" className="justify-self-start" onClick={() => setMeant(true)}>
            Delete your account
          </Button>
        )}
      </div>
    </Section>
  )
}
