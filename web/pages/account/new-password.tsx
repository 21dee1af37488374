import { useEffect, useRef, useState } from 'react'
import { PasswordField } from '@/components/ui/password-field'
import { StrengthMeter } from './form-parts'

type NewPasswordProps = {
  name: string
  label: string
  email: string
  error: string | undefined
  refused: string | null
}

/** A new password with its strength. `refused`: the password that the server rejected as too easy to guess. */
export function NewPassword({ name, label, email, error, refused }: NewPasswordProps) {
  const [text, setText] = useState('')
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => setText(box.current?.querySelector('input')?.value ?? ''), [])
  return (
    <div ref={box}>
      <PasswordField
        name={name}
        label={label}
        autoComplete="new-password"
        minLength={8}
        maxLength={256}
        error={error}
        hint={<StrengthMeter password={text} email={email} refused={refused === text} />}
        onInput={(event) => setText(event.currentTarget.value)}
      />
    </div>
  )
}

/** Whether the server rejected a password as too easy to guess. */
export const isTooCommon = (message: string): boolean => message.startsWith('This password is too easy to guess')
