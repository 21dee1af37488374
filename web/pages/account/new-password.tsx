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

/** A password to be set, with its strength as it is typed. `refused`: one that the server calls too common. */
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

/** Does the server refuse the password because others would try it first? */
export const isTooCommon = (message: string): boolean => message.startsWith('This password is among the first')
