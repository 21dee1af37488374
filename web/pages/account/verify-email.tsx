import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { IntentLink } from '@/components/ui/intent-link'
import { verifyEmail } from '@/lib/accounts'
import { FormFailure, FormPage } from './form-parts'
import { useForm } from './use-form'

const nothing = { fields: [], needed: {} }

/** Confirms an email. It takes a press, because programs open links in emails too. */
export function VerifyEmail() {
  const [isDone, setDone] = useState(false)
  const { busy, blocked, failure, onSubmit } = useForm(nothing, async () => {
    await verifyEmail(window.location.hash.slice(1))
    setDone(true)
  })
  return (
    <FormPage title="Confirm email" lead="Notifications and password resets go to a confirmed email.">
      {isDone ? (
        <p role="status" className="text-[14px]">
          Email confirmed.{' '}
          <IntentLink href="/account" className="text-accent underline">
            Open your account
          </IntentLink>
        </p>
      ) : (
        <form method="post" noValidate onSubmit={onSubmit} className="grid gap-4">
          <FormFailure failure={failure} />
          <Button type="submit" variant="primary" size="tall" disabled={blocked}>
            {busy ? 'Confirming' : 'Confirm email'}
          </Button>
        </form>
      )}
    </FormPage>
  )
}
