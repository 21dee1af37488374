import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { PasswordField } from '@/components/ui/password-field'
import { session } from '@/lib/session'
import { showToast } from '@/lib/toast'
import { FormFailure } from './form-parts'
import { isTooCommon, NewPassword } from './new-password'
import { Section } from './section'
import { useForm } from './use-form'

const fields = ['new_password', 'current_password'] as const
const needed = { current_password: 'Enter your current password.', new_password: 'Choose a password.' }

/** Changes the password, which ends every other session. */
export function PasswordForm({ email }: { email: string }) {
  const client = useQueryClient()
  const [round, setRound] = useState(0)
  const [refused, setRefused] = useState<string | null>(null)
  const { busy, blocked, failure, onSubmit, errorOf } = useForm({ fields, needed }, async (value) => {
    const new_password = value('new_password')
    try {
      await session.changePassword({ current_password: value('current_password'), new_password })
    } catch (error) {
      if (error instanceof Error && isTooCommon(error.message)) setRefused(new_password)
      throw error
    }
    setRound((before) => before + 1)
    showToast('Password changed. All other sessions are signed out.', 'success')
    await client.invalidateQueries({ queryKey: ['sessions'] })
  })
  return (
    <Section title="Change your password">
      <form key={round} method="post" noValidate onSubmit={onSubmit} className="grid gap-4 p-4">
        <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
        <PasswordField
          name="current_password"
          label="Current password"
          autoComplete="current-password"
          maxLength={256}
          error={errorOf('current_password')}
        />
        <NewPassword
          name="new_password"
          label="New password"
          email={email}
          error={errorOf('new_password')}
          refused={refused}
        />
        <FormFailure failure={failure} />
        <Button type="submit" className="justify-self-start" disabled={blocked}>
          {busy ? 'Changing' : 'Change password'}
        </Button>
      </form>
    </Section>
  )
}
