import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { IntentLink } from '@/components/ui/intent-link'
import { PasswordField } from '@/components/ui/password-field'
import { toSignIn } from '@/lib/links'
import { session, useSessionState } from '@/lib/session'
import { FormFailure, FormPage } from './form-parts'
import { useArrival } from './use-arrival'
import { useForm } from './use-form'

const fields = ['email', 'password'] as const
const needed = { email: 'Enter your email.', password: 'Enter your password.' }

export function SignIn() {
  const back = useArrival()
  const state = useSessionState()
  const { busy, blocked, failure, onSubmit, errorOf } = useForm({ fields, needed }, (value) =>
    session.signIn({ email: value('email'), password: value('password') }),
  )
  const hasEnded = state.status === 'signed_out' && state.ended
  return (
    <FormPage title="Sign in" lead="An account syncs your watchlist across your devices.">
      {hasEnded && (
        <p role="status" className="mb-6 text-[13px] font-medium">
          Your session has ended. Sign in to continue.
        </p>
      )}
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
        <PasswordField
          name="password"
          label="Password"
          autoComplete="current-password"
          maxLength={256}
          error={errorOf('password')}
          required
        />
        <FormFailure failure={failure} />
        <Button type="submit" variant="primary" size="tall" disabled={blocked}>
          {busy ? 'Signing in' : 'Sign in'}
        </Button>
      </form>
      <p className="mt-6 text-[13px] text-muted">
        No account yet?{' '}
        <IntentLink href={toSignIn(back, '/register')} className="text-accent underline">
          Register
        </IntentLink>
      </p>
      <p className="mt-2 text-[13px] text-muted">
        <IntentLink href="/forgot-password" className="text-accent underline">
          Forgot your password?
        </IntentLink>
      </p>
    </FormPage>
  )
}
