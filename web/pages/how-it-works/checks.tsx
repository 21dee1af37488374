import type { CheckMethod } from '@contract/quality.ts'
import { IntentLink } from '@/components/ui/intent-link'
import { Panel } from '@/components/ui/panel'
import { ReferenceTable } from '@/components/ui/reference-table'
import { SqlText } from '@/components/ui/sql-text'
import { checkHref } from '@/lib/links'
import { severityLabels, toThresholds } from '@/pages/quality/quality-labels'
import { toCheckName } from '@/pages/quality/quality-names'

export function Checks({ methods }: { methods: readonly CheckMethod[] | null }) {
  return (
    <Panel title="Quality checks" note="From /api/v1/quality/methods">
      {methods === null ? (
        <p className="px-4 py-3 text-[13px] text-muted">
          Can't reach the server.{' '}
          <a href="/how-it-works" className="text-accent underline">
            Try again
          </a>
        </p>
      ) : (
        <ReferenceTable
          caption="Quality checks"
          head={['Check', 'Table', 'Question and SQL', 'Thresholds', 'Severity']}
          rows={methods.map((method) => ({
            key: method.check_name,
            cells: [
              <IntentLink key="check" href={checkHref(method.check_name)} className="hover:text-accent">
                {toCheckName(method.check_name)}
              </IntentLink>,
              <code key="table" className="text-[12px]">
                {method.table_name}
              </code>,
              <div key="question" className="grid grid-cols-1">
                {method.question}
                <details>
                  <summary className="cursor-pointer text-accent">SQL</summary>
                  <SqlText sql={method.sql} label={`SQL of ${method.check_name}`} />
                </details>
              </div>,
              toThresholds(method),
              severityLabels[method.severity],
            ],
          }))}
        />
      )}
    </Panel>
  )
}
