import type { RunDetail } from '@contract/pipeline.ts'
import { cn } from '@/components/ui/cn'
import { Moment } from '@/components/ui/moment'
import { toFields, toText } from './log-filter'

const maxLines = 200
const levels: Record<string, string> = { info: 'text-faint', warn: 'text-warn', error: 'text-bad' }

/** The log lines of a run, oldest first. */
export function RunLog({ log }: { log: RunDetail['log'] }) {
  if (log.length === 0) return <p className="text-[13px] text-muted">No log entries.</p>
  return (
    <>
      <ol className="num grid gap-1 text-[12px] leading-5" data-testid="log">
        {log.map((line, index) => (
          <li
            key={`${toText(line.time)}-${toText(line.message)}-${toFields(line)}`}
            value={index + 1}
            className="grid grid-cols-[auto_auto_minmax(0,1fr)] gap-x-2"
          >
            <span className="text-faint">
              <Moment at={toText(line.time)} precision="second" />
            </span>
            <span className={cn('w-9', levels[toText(line.level)])}>{toText(line.level)}</span>
            <span className="min-w-0 break-words">
              {toText(line.message)} <span className="text-muted">{toFields(line)}</span>
            </span>
          </li>
        ))}
      </ol>
      {log.length >= maxLines && (
        <p className="mt-2 text-[12px] text-muted">Long logs keep the first 50 and the last 150 lines.</p>
      )}
    </>
  )
}
