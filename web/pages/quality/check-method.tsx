import type { CheckMethod } from '@contract/quality.ts'
import { FactList } from '@/components/ui/fact-list'
import { SqlText } from '@/components/ui/sql-text'
import { severityWords, toThresholds } from './quality-labels'

const schedules: Record<CheckMethod['schedule'], string> = {
  each_ingest: 'after each snapshot, and every hour',
  hourly: 'every hour',
}

/** How a check judges: what it asks, when, its thresholds and its statement. */
export function CheckMethodText({ method }: { method: CheckMethod }) {
  return (
    <div data-testid="method">
      <FactList
        facts={[
          { label: 'Table', value: method.table_name },
          { label: 'Asks about', value: method.dimension },
          { label: 'Severity', value: severityWords[method.severity].toLowerCase() },
          { label: 'When', value: schedules[method.schedule] },
          { label: 'Thresholds', value: toThresholds(method) },
        ]}
      />
      <SqlText sql={method.sql} label={`Statement of ${method.check_name}`} />
    </div>
  )
}
