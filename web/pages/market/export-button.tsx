import type { CoinListQuery } from '@contract/coins.ts'
import { Download } from 'lucide-react'
import { useState } from 'react'
import { download } from '@/components/charts/download'
import { Button } from '@/components/ui/button'
import { fetchAllCoins } from '@/lib/api'
import { toCoinsCsv } from './coins-csv'
import type { Column } from './market-columns'

type ExportProps = { query: CoinListQuery; columns: readonly Column[] }

/** Downloads the visible columns of all matching coins as CSV, not only the current page. */
export function ExportButton({ query, columns }: ExportProps) {
  const [state, setState] = useState<'idle' | 'busy' | { error: string }>('idle')
  const save = async () => {
    setState('busy')
    try {
      const { items } = await fetchAllCoins(query)
      const day = new Date().toISOString().slice(0, 10)
      download(new Blob([toCoinsCsv(items, columns)], { type: 'text/csv' }), `coins-${day}.csv`)
      setState('idle')
    } catch (error) {
      setState({ error: error instanceof Error ? error.message : String(error) })
    }
  }
  return (
    <>
      <Button
        aria-label="Export as CSV"
        title="Export all matching coins as CSV"
        disabled={state === 'busy'}
        onClick={() => void save()}
      >
        <Download size={16} strokeWidth={1.75} />
        <span className="hidden sm:inline">CSV</span>
      </Button>
      {typeof state === 'object' && (
        <span role="alert" className="text-[12px] text-muted">
          Export failed: {state.error}
        </span>
      )}
    </>
  )
}
