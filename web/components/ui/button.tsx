import type { ComponentProps } from 'react'
import { cn } from './cn'

const variants = {
  plain: 'text-muted hover:bg-raised hover:text-text',
  primary: 'bg-accent text-bg hover:brightness-110',
  danger: 'border border-down bg-surface text-down hover:bg-raised',
  outline: 'border border-line-strong bg-surface text-text hover:bg-raised',
}
const sizes = { normal: 'h-8 px-3', tall: 'h-9 px-3', icon: 'size-8', 'small-icon': 'size-7' }

type ButtonProps = ComponentProps<'button'> & { variant?: keyof typeof variants; size?: keyof typeof sizes }

export function Button({ className, variant = 'outline', size = 'normal', ...props }: ButtonProps) {
  return (
    <button
      type="button"
      className={cn(
        'inline-flex items-center justify-center gap-2 rounded-control text-[13px] font-medium disabled:cursor-default disabled:opacity-40',
        variants[variant],
        sizes[size],
        className,
      )}
      {...props}
    />
  )
}
