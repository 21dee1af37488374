import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { IntentLink } from '@/components/ui/intent-link'
import { resetPassword } from '@/lib/accounts'
import { FormFailure, FormPage } from './form-parts'
import { isTooCommon, NewPassword } from './new-password'
import { useForm } from './use-form'

const fields = ['new_password'] as const
const needed = { new_password: 'Choose a password.' }

/** Sets a new password. The token of the link is in the fragment, which no server sees. */
export function ResetPassword() {
  const [isDone, setDone] = useState(false)
  const [refused, setRefused] = useState<string | null>(null)
  const { busy, blocked, failure, onSubmit, errorOf } = useForm({ fields, needed }, async (value) => {
    const password = value('new_password')
    try {
      await resetPassword(window.location.hash.slice(1), password)
    } catch (error) {
      if (error instanceof Error && isTooCommon(error.message)) setRefused(password)
      throw error
    }
    setDone(true)
  })
  return (
    <FormPage title="New password" lead="It ends all sessions of your account.">
      {isDone ? (
        <p role="status" className="text-[14px]">
          Password changed.{' '}
          <IntentLink href="/sign-in" className="text-accent underline">
            Sign in
          </IntentLink>
        </p>
      ) : (
        <form method="post" noValidate onSubmit={onSubmit} className="grid gap-4">
          <NewPassword
            name="new_password"
            label="New password"
            email=""
            error={errorOf('new_password')}
            refused={refused}
          />
          <FormFailure failure={failure} />
          <Button type="submit" variant="primary" size="tall" disabled={blocked}>
            {busy ? 'Saving' : 'Set password'}
          </Button>
          <p className="text-[13px] text-muted">
            <IntentLink href="/forgot-password" className="text-accent underline">
              Request a new link
            </IntentLink>
          </p>
        </form>
      )}
    </FormPage>
  )
}
