import type { ComponentProps, ReactNode } from 'react'
import { cn } from './cn'

export const input =
  'h-9 w-full rounded-control border border-line-strong bg-surface px-3 text-[14px] aria-invalid:border-down'

export type FieldProps = Omit<ComponentProps<'input'>, 'id'> & {
  name: string
  label: string
  /** Message when the value is invalid. */
  error?: string | undefined
  hint?: ReactNode
}

export const describeBy = (id: string, { error, hint }: Pick<FieldProps, 'error' | 'hint'>): string | undefined =>
  [error === undefined ? '' : `${id}-error`, hint === undefined ? '' : `${id}-hint`].join(' ').trim() || undefined

/** Label, control, error and hint. */
export function Labeled(props: {
  id: string
  label: string
  error?: string | undefined
  hint?: ReactNode
  children: ReactNode
}) {
  return (
    <div className="grid gap-1.5">
      <label htmlFor={props.id} className="text-[13px] font-medium">
        {props.label}
      </label>
      {props.children}
      {props.error !== undefined && (
        <p id={`${props.id}-error`} role="alert" className="text-[13px] text-down">
          {props.error}
        </p>
      )}
      {props.hint !== undefined && (
        <div id={`${props.id}-hint`} className="text-[12px] text-muted">
          {props.hint}
        </div>
      )}
    </div>
  )
}

export function Field({ label, error, hint, className, ...props }: FieldProps) {
  const id = `field-${props.name}`
  return (
    <Labeled id={id} label={label} error={error} hint={hint}>
      <input
        id={id}
        aria-invalid={error !== undefined}
        aria-describedby={describeBy(id, { error, hint })}
        className={cn(input, className)}
        {...props}
      />
    </Labeled>
  )
}
