import { TriangleAlert } from 'lucide-react'
import { formatTime } from '@/lib/format'
import { useDataRefresh, useReadiness } from './readiness'

/** The current problem and the next retry; null without one. */
function useProblem(): string | null {
  const { data, error } = useReadiness()
  if (error !== null) return error.message
  if (data === undefined) return null
  const { problem, state, next_attempt_at } = data.ingest
  const next = next_attempt_at === null ? '' : ` Retrying at ${formatTime(next_attempt_at)}.`
  if (problem !== null) return `${problem}.${next}`.replace('..', '.')
  return state === 'waiting' ? 'Waiting for the first market snapshot.' : null
}

export function Banner() {
  useDataRefresh()
  const problem = useProblem()
  const { data } = useReadiness()
  if (data?.mode !== 'demo' && problem === null) return null
  return (
    <aside aria-label="Notices">
      {data?.mode === 'demo' && (
        <p className="flex h-7 items-center justify-center border-b border-line bg-raised px-3 text-[12px] text-muted">
          Simulated market: these prices are not real.
        </p>
      )}
      {problem !== null && (
        <p role="status" className="flex items-start gap-2 border-b border-line bg-raised px-5 py-2 text-[13px]">
          <TriangleAlert size={16} strokeWidth={1.75} className="mt-0.5 shrink-0 text-warn" />
          {problem}
        </p>
      )}
    </aside>
  )
}
