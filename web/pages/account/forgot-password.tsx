import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { IntentLink } from '@/components/ui/intent-link'
import { requestReset } from '@/lib/accounts'
import { FormFailure, FormPage } from './form-parts'
import { useForm } from './use-form'

const fields = ['email'] as const
const needed = { email: 'Enter your email.' }

/** Asks for a link that resets the password. */
export function ForgotPassword() {
  const [isSent, setSent] = useState(false)
  const { busy, blocked, failure, onSubmit, errorOf } = useForm({ fields, needed }, async (value) => {
    await requestReset(value('email'))
    setSent(true)
  })
  return (
    <FormPage title="Forgot password" lead="We send a link that sets a new password.">
      {isSent ? (
        <p role="status" className="text-[14px]">
          If this email has an account, a link is on its way. It works once, for 1 hour. Check your spam folder too.
        </p>
      ) : (
        <form method="post" noValidate onSubmit={onSubmit} className="grid gap-4">
          <Field
            name="email"
            label="Email"
            type="email"
            autoComplete="username"
            maxLength={254}
            error={errorOf('email')}
            required
          />
          <FormFailure failure={failure} />
          <Button type="submit" variant="primary" size="tall" disabled={blocked}>
            {busy ? 'Sending' : 'Send link'}
          </Button>
        </form>
      )}
      <p className="mt-6 text-[13px] text-muted">
        <IntentLink href="/sign-in" className="text-accent underline">
          Sign in
        </IntentLink>
      </p>
      <p className="mt-2 text-[12px] text-faint">
        No email? Your administrator can set a new password:{' '}
        <code className="text-muted">npx cryptoflow user password EMAIL</code>
      </p>
    </FormPage>
  )
}
