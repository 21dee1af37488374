import { type KeyboardEvent, useRef } from 'react'
import { useOptimisticState } from '@/lib/hooks'

type SegmentedProps<T extends string> = {
  label: string
  value: T
  options: readonly { value: T; label: string; title?: string }[]
  onChange: (value: T) => void
}

const steps: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }

/** Buttons, since arrow keys only move the focus and Enter selects. */
const toRadio = (isSelected: boolean) =>
  ({ type: 'button', role: 'radio', 'aria-checked': isSelected, 'data-state': isSelected ? 'on' : 'off' }) as const

/** A radio group of a few options side by side: one tab stop, arrow keys move the focus. */
export function Segmented<T extends string>({ label, value, options, onChange }: SegmentedProps<T>) {
  const group = useRef<HTMLDivElement>(null)
  const [selected, select] = useOptimisticState(value, onChange)
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.metaKey || event.ctrlKey || event.altKey || event.shiftKey) return
    const buttons = [...(group.current?.querySelectorAll('button') ?? [])]
    const at = buttons.indexOf(event.target as HTMLButtonElement)
    const step = steps[event.key]
    const next = event.key === 'Home' ? 0 : event.key === 'End' ? -1 : step === undefined ? null : at + step
    if (next === null) return
    event.preventDefault()
    buttons.at(next % buttons.length)?.focus()
  }
  const isKnown = options.some((option) => option.value === selected)
  return (
    <div
      ref={group}
      role="radiogroup"
      aria-label={label}
      onKeyDown={onKeyDown}
      className="inline-flex h-8 shrink-0 items-stretch rounded-control border border-line-strong p-0.5"
    >
      {options.map((option, index) => (
        <button
          key={option.value}
          {...toRadio(option.value === selected)}
          tabIndex={option.value === selected || (!isKnown && index === 0) ? 0 : -1}
          title={option.title}
          onClick={() => option.value !== selected && select(option.value)}
          className="num rounded-[4px] px-2 text-[12px] min-[360px]:px-2.5 font-medium text-muted hover:text-text data-[state=on]:bg-line data-[state=on]:text-text"
        >
          {option.label}
        </button>
      ))}
    </div>
  )
}
