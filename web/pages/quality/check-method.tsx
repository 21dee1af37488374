import type { CheckMethod } from '@contract/quality.ts'
import { FactList } from '@/components/ui/fact-list'
import { SqlText } from '@/components/ui/sql-text'
import { severityLabels, toThresholds } from './quality-labels'

const schedules: Record<CheckMethod['schedule'], string> = {
  each_ingest: 'After each snapshot, and hourly',
  hourly: 'Hourly',
}

/** Table, dimension, severity, schedule, thresholds and SQL of a check. */
export function CheckMethodText({ method }: { method: CheckMethod }) {
  return (
    <div data-testid="method">
      <FactList
        facts={[
          { label: 'Table', value: method.table_name },
          { label: 'Dimension', value: method.dimension },
          { label: 'Severity', value: severityLabels[method.severity] },
          { label: 'Schedule', value: schedules[method.schedule] },
          { label: 'Thresholds', value: toThresholds(method) },
        ]}
      />
      <SqlText sql={method.sql} label={`SQL of ${method.check_name}`} />
    </div>
  )
}
