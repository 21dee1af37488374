import type { JobHealth } from '@contract/pipeline.ts'
import type { TableQuality } from '@contract/quality.ts'

/** How good something is: `good` is all well, `bad` needs a person, `none` is not known yet. */
export type Tone = 'good' | 'fair' | 'bad' | 'none'

const names: Readonly<Record<string, string>> = {
  ingest_market_data: 'Market snapshots',
  backfill_history: 'History',
  transform_aggregates: 'Candles',
  compute_analytics: 'Analytics',
  data_quality_checks: 'Quality checks',
}

export const toJobName = (jobId: string): string => names[jobId] ?? jobId.replaceAll('_', ' ')

const states: Readonly<Record<JobHealth['state'], { word: string; tone: Tone }>> = {
  healthy: { word: 'Healthy', tone: 'good' },
  late: { word: 'Late', tone: 'fair' },
  failing: { word: 'Failing', tone: 'bad' },
  never_run: { word: 'Not run yet', tone: 'none' },
}

/** How a job is, in a word; one that runs for the first time says so. */
export const toJobState = ({ state, is_running }: JobHealth): { word: string; tone: Tone } =>
  state === 'never_run' && is_running ? { word: 'First run', tone: 'none' } : states[state]

export type QualityState = { word: string; tone: Tone; note: string }

/** The lowest score of the tables, and what is wrong; null before the first check. */
export function toQualityState(tables: readonly TableQuality[]): QualityState | null {
  if (tables.length === 0) return null
  const worst = Math.min(...tables.map(({ score }) => score))
  const incidents = tables.flatMap((table) => table.incidents)
  const isCritical = incidents.some(({ severity }) => severity === 'critical')
  const open = `${incidents.length} open ${incidents.length === 1 ? 'incident' : 'incidents'}`
  const lowest = tables.find(({ score }) => score === worst)?.table_name ?? ''
  return {
    word: `${worst} of 100`,
    tone: isCritical ? 'bad' : worst < 100 || incidents.length > 0 ? 'fair' : 'good',
    note: incidents.length > 0 ? open : worst < 100 ? `lowest: ${lowest}` : `${tables.length} tables, no incident`,
  }
}
