import type { LucideIcon } from 'lucide-react'
import { cn } from './cn'

/** quiet: healthy; busy: in progress; warn, bad: needs attention. */
type Tone = 'quiet' | 'busy' | 'warn' | 'bad'

export type Status = { word: string; icon: LucideIcon; tone: Tone; title?: string }

const tones: Record<Tone, { icon: string; word: string }> = {
  quiet: { icon: 'text-muted', word: '' },
  busy: { icon: 'text-accent', word: '' },
  warn: { icon: 'text-warn', word: 'font-medium text-warn' },
  bad: { icon: 'text-bad', word: 'font-medium text-bad' },
}

/** A status as icon and word. */
export function StatusWord({ status, className }: { status: Status; className?: string }) {
  const { word, icon: Icon, tone, title } = status
  return (
    <span className={cn('inline-flex items-center gap-1.5 align-middle whitespace-nowrap', className)} title={title}>
      <Icon aria-hidden size={16} strokeWidth={1.75} className={cn('shrink-0', tones[tone].icon)} />
      <span className={tones[tone].word}>{word}</span>
    </span>
  )
}
