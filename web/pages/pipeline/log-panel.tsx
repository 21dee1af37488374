import type { RunDetail } from '@contract/pipeline.ts'
import { Copy, Download } from 'lucide-react'
import { useState } from 'react'
import { download } from '@/components/charts/download'
import { Button } from '@/components/ui/button'
import { Panel } from '@/components/ui/panel'
import { showToast } from '@/lib/toast'
import { filterLog, type LogLevel, logLevels, toLogText } from './log-filter'
import { RunLog } from './run-log'

const levelLabels: Record<LogLevel, string> = { info: 'All levels', warn: 'Warnings and errors', error: 'Errors' }
const control = 'h-8 rounded-control border border-line-strong bg-surface px-2 text-[13px]'

const copy = (text: string): Promise<void> =>
  (navigator.clipboard?.writeText(text) ?? Promise.reject(new Error('no clipboard'))).then(
    () => showToast('Log copied', 'success'),
    () => showToast("Can't copy: the browser allows it only on HTTPS and localhost. Download the log instead."),
  )

/** The log of a run with filters, copy and download of the lines shown. */
export function LogPanel({ run }: { run: RunDetail }) {
  const [level, setLevel] = useState<LogLevel>('info')
  const [text, setText] = useState('')
  const lines = filterLog(run.log, { level, text })
  const isFiltered = lines.length < run.log.length
  const save = () => download(new Blob([toLogText(lines)], { type: 'text/plain' }), `cryptoflow-run-${run.id}.log`)
  return (
    <Panel
      title="Log"
      note={
        <span role="status">{isFiltered ? `${lines.length} of ${run.log.length} lines` : `${lines.length} lines`}</span>
      }
      controls={
        <>
          <select
            aria-label="Filter by level"
            value={level}
            onChange={(event) => setLevel(logLevels.find((one) => one === event.target.value) ?? 'info')}
            className={control}
          >
            {logLevels.map((one) => (
              <option key={one} value={one}>
                {levelLabels[one]}
              </option>
            ))}
          </select>
          <input
            type="search"
            aria-label="Filter by text"
            placeholder="Filter"
            value={text}
            onChange={(event) => setText(event.target.value)}
            className={`${control} w-36`}
          />
          <Button size="icon" aria-label="Copy log" title="Copy" onClick={() => void copy(toLogText(lines))}>
            <Copy size={14} strokeWidth={1.75} />
          </Button>
          <Button size="icon" aria-label="Download log" title="Download" onClick={save}>
            <Download size={14} strokeWidth={1.75} />
          </Button>
        </>
      }
    >
      <div className="p-4">
        {lines.length === 0 && isFiltered ? (
          <p className="text-[13px] text-muted">No matching lines.</p>
        ) : (
          <RunLog log={lines} />
        )}
      </div>
    </Panel>
  )
}
