'use client'

import { ToggleGroup } from 'radix-ui'

type SegmentedProps<T extends string> = {
  label: string
  value: T
  options: readonly { value: T; label: string; title?: string }[]
  onChange: (value: T) => void
}

/** A few choices side by side, one of them taken; arrow keys move between them. */
export function Segmented<T extends string>({ label, value, options, onChange }: SegmentedProps<T>) {
  const choose = (next: string) => {
    const option = options.find((each) => each.value === next)
    if (option !== undefined) onChange(option.value)
  }
  return (
    <ToggleGroup.Root
      type="single"
      aria-label={label}
      value={value}
      onValueChange={choose}
      className="inline-flex h-8 shrink-0 items-stretch rounded-control border border-line-strong p-0.5"
    >
      {options.map((option) => (
        <ToggleGroup.Item
          key={option.value}
          value={option.value}
          title={option.title}
          className="num rounded-[4px] px-2.5 text-[12px] font-medium text-muted hover:text-text data-[state=on]:bg-line data-[state=on]:text-text"
        >
          {option.label}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  )
}
