import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { IntentLink } from '@/components/ui/intent-link'
import { registerAccount } from '@/lib/accounts'
import { toSignIn } from '@/lib/links'
import { session } from '@/lib/session'
import { FormFailure, FormPage } from './form-parts'
import { isTooCommon, NewPassword } from './new-password'
import { useArrival } from './use-arrival'
import { useForm } from './use-form'

const fields = ['email', 'full_name', 'password'] as const
const needed = { email: 'Enter your email.', password: 'Choose a password.' }

export function Register() {
  const back = useArrival()
  const [email, setEmail] = useState('')
  const [refused, setRefused] = useState<string | null>(null)
  const { busy, blocked, failure, onSubmit, errorOf } = useForm({ fields, needed }, async (value) => {
    const credentials = { email: value('email'), password: value('password') }
    try {
      await registerAccount({ ...credentials, full_name: value('full_name') })
    } catch (error) {
      if (error instanceof Error && isTooCommon(error.message)) setRefused(credentials.password)
      throw error
    }
    await session.signIn(credentials)
  })
  return (
    <FormPage title="Register" lead="An account syncs your watchlist across your devices.">
      <form method="post" noValidate onSubmit={onSubmit} className="grid gap-4">
        <Field
          name="email"
          label="Email"
          type="email"
          autoComplete="username"
          maxLength={254}
          error={errorOf('email')}
          hint="Used to sign in and to reset your password."
          onInput={(event) => setEmail(event.currentTarget.value)}
          required
        />
        <Field
          name="full_name"
          label="Name (optional)"
          autoComplete="name"
          maxLength={200}
          error={errorOf('full_name')}
        />
        <NewPassword name="password" label="Password" email={email} error={errorOf('password')} refused={refused} />
        <FormFailure failure={failure} />
        <Button type="submit" variant="primary" size="tall" disabled={blocked}>
          {busy ? 'Creating your account' : 'Register'}
        </Button>
      </form>
      <p className="mt-6 text-[13px] text-muted">
        Already have an account?{' '}
        <IntentLink href={toSignIn(back)} className="text-accent underline">
          Sign in
        </IntentLink>
      </p>
    </FormPage>
  )
}
