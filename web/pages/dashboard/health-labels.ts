import { CircleCheck, CircleDashed, OctagonX, TriangleAlert } from 'lucide-react'
import type { TableQuality } from '../../../contract/quality.ts'
import type { Status } from '../../components/ui/status-word.tsx'
import { formatScore, toTableName } from '../quality/quality-names.ts'

type QualityHealth = { status: Status; note: string }

/** The lowest score of the tables, and the open incidents. A critical incident is bad at any score. */
export function toQualityHealth(tables: readonly TableQuality[]): QualityHealth {
  const [first] = tables
  if (first === undefined)
    return {
      status: { word: 'Not checked yet', icon: CircleDashed, tone: 'quiet' },
      note: 'Checks start after the first snapshot',
    }
  const worst = tables.reduce((lowest, table) => (table.score < lowest.score ? table : lowest), first)
  const incidents = tables.flatMap((table) => table.incidents)
  const word = formatScore(worst.score)
  const note =
    incidents.length > 0
      ? `${incidents.length} open ${incidents.length === 1 ? 'incident' : 'incidents'}`
      : worst.score < 100
        ? `Lowest: ${toTableName(worst.table_name)}`
        : `${tables.length} tables, no open incidents`
  if (incidents.some(({ severity }) => severity === 'critical'))
    return { status: { word, icon: OctagonX, tone: 'bad' }, note }
  return worst.score < 100 || incidents.length > 0
    ? { status: { word, icon: TriangleAlert, tone: 'warn' }, note }
    : { status: { word, icon: CircleCheck, tone: 'quiet' }, note }
}
