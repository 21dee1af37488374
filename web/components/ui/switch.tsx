import { useId } from 'react'

type SwitchProps = { label: string; title?: string; checked: boolean; onChange: (checked: boolean) => void }

export function Switch({ label, title, checked, onChange }: SwitchProps) {
  const id = useId()
  return (
    <label
      className="flex h-8 cursor-pointer items-center gap-2 text-[13px] whitespace-nowrap text-muted"
      title={title}
    >
      <button
        type="button"
        role="switch"
        aria-checked={checked}
        aria-labelledby={id}
        onClick={() => onChange(!checked)}
        className="group relative h-5 w-9 rounded-full border border-line-strong bg-surface aria-checked:border-accent aria-checked:bg-accent"
      >
        <span className="block size-3.5 translate-x-0.5 rounded-full bg-muted group-aria-checked:translate-x-[18px] group-aria-checked:bg-surface" />
      </button>
      <span id={id}>{label}</span>
    </label>
  )
}
