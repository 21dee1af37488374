import { useQuery } from '@tanstack/react-query'
import { TriangleAlert } from 'lucide-react'
import { nodesQuery } from './pipeline-queries'

/** Names the database nodes that are down. */
export function NodeNotice() {
  const { data = [] } = useQuery(nodesQuery)
  const down = data.filter(({ is_reachable }) => !is_reachable).map(({ name }) => name)
  if (down.length === 0) return null
  return (
    <p role="status" className="mb-3 flex items-start gap-2 text-[13px]">
      <TriangleAlert size={16} strokeWidth={1.75} className="mt-0.5 shrink-0 text-warn" />
      Database node unreachable: {down.join(', ')}. Coins on it can't be read, and no snapshot is stored until it
      returns.
    </p>
  )
}
