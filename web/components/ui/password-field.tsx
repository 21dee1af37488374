import { Eye, EyeOff } from 'lucide-react'
import { type KeyboardEvent, useState } from 'react'
import { Button } from './button'
import { cn } from './cn'
import { describeBy, type FieldProps, input, Labeled } from './field'

/** A password field with a show button and a Caps Lock warning. */
export function PasswordField({ label, error, hint, className, ...props }: FieldProps) {
  const id = `field-${props.name}`
  const [shown, setShown] = useState(false)
  const [capsLock, setCapsLock] = useState(false)
  const onKey = (event: KeyboardEvent) => setCapsLock(event.getModifierState('CapsLock'))
  const Icon = shown ? EyeOff : Eye
  return (
    <Labeled id={id} label={label} error={error} hint={hint}>
      <div className="relative">
        <input
          id={id}
          aria-invalid={error !== undefined}
          aria-describedby={describeBy(id, { error, hint })}
          autoCapitalize="none"
          autoCorrect="off"
          spellCheck={false}
          {...props}
          type={shown ? 'text' : 'password'}
          onKeyDown={onKey}
          onKeyUp={onKey}
          onBlur={() => setCapsLock(false)}
          className={cn(input, 'pr-10', className)}
        />
        <Button
          variant="plain"
          size="icon"
          className="absolute top-0.5 right-0.5"
          aria-label="Show password"
          aria-pressed={shown}
          title={shown ? 'Hide password' : 'Show password'}
          onClick={() => setShown(!shown)}
        >
          <Icon size={16} strokeWidth={1.75} />
        </Button>
      </div>
      <p role="status" className={cn('text-[12px] text-warn', !capsLock && 'sr-only')}>
        {capsLock && 'Caps Lock is on.'}
      </p>
    </Labeled>
  )
}
