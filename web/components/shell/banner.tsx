import { TriangleAlert } from 'lucide-react'
import { formatTime } from '@/lib/format'
import { useReadiness, useServerNews } from './readiness'

/** What is wrong and when it will be tried again; nothing while all is well. */
function useProblem(): string | null {
  const { data, error } = useReadiness()
  if (error !== null) return error.message
  if (data === undefined) return null
  const { problem, state, next_attempt_at } = data.ingest
  const next = next_attempt_at === null ? '' : ` Next try at ${formatTime(next_attempt_at)}.`
  if (problem !== null) return `${problem}.${next}`.replace('..', '.')
  return state === 'waiting' ? 'The first snapshot of the market is on its way.' : null
}

export function Banner() {
  useServerNews()
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
