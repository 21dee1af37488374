import type { ImportReport } from '@contract/portfolio-imports.ts'
import { input, Labeled } from '@/components/ui/field'
import { ScrollRegion } from '@/components/ui/scroll-region'
import { formatExact, formatMinute } from '@/lib/format'
import type { ImportOptions } from '@/lib/portfolios'
import { Amount } from './totals'
import { typeLabels } from './transaction-labels'

type PreviewProps = { report: ImportReport; options: ImportOptions; onChange: (options: ImportOptions) => void }

const fields = ['date', 'type', 'symbol', 'quantity', 'price', 'total', 'currency', 'fee', 'fee_symbol', 'note']
const maxShown = 8

/** What a file holds: counts, refused lines with their reasons, symbols with their coins, and the first lines. */
export function ImportPreview({ report, options, onChange }: PreviewProps) {
  const { lines, accepted, duplicates, refused_lines, refused, sample } = report
  return (
    <>
      <p className="num font-medium">
        {formatExact(lines)} lines: {formatExact(accepted)} transactions, {formatExact(duplicates)} already imported,{' '}
        {formatExact(refused_lines)} refused
      </p>
      {report.format === 'generic' && <Mapping {...{ report, options, onChange }} />}
      {refused.length > 0 && (
        <ScrollRegion label="Refused lines" className="max-h-32 overflow-y-auto rounded-control border border-line p-2">
          <ul className="num grid gap-1 text-[12px] text-warn">
            {refused.map(({ line, reason }) => (
              <li key={line}>
                Line {line}: {reason}
              </li>
            ))}
          </ul>
        </ScrollRegion>
      )}
      <Symbols {...{ report, options, onChange }} />
      <ScrollRegion label="First lines" className="relative overflow-x-auto">
        <table className="num w-full text-[12px]">
          <tbody>
            {sample.slice(0, maxShown).map((one) => (
              <tr key={`${one.line} ${one.type} ${one.symbol}`} className="h-7 border-t border-line">
                <td className="pr-3 whitespace-nowrap text-muted">{formatMinute(one.at)}</td>
                <td className="pr-3 whitespace-nowrap">{typeLabels[one.type]}</td>
                <td className="pr-3 text-right">{formatExact(one.quantity)}</td>
                <td className="pr-3">{one.symbol}</td>
                <td className="text-right">
                  <Amount usd={one.total_usd} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </>
  )
}

function Mapping({ report, options, onChange }: PreviewProps) {
  return (
    <div className="grid grid-cols-2 gap-3 sm:grid-cols-3">
      {fields.map((field) => (
        <Labeled key={field} id={`map-${field}`} label={`Column of ${field.replace('_', ' ')}`}>
          <select
            id={`map-${field}`}
            value={report.mapping[field] ?? ''}
            onChange={({ target }) => onChange({ ...options, mapping: { ...options.mapping, [field]: target.value } })}
            className={input}
          >
            <option value="">None</option>
            {report.columns.map((column) => (
              <option key={column} value={column}>
                {column}
              </option>
            ))}
          </select>
        </Labeled>
      ))}
    </div>
  )
}

/** Symbols that several coins have: the largest is chosen until another one is. */
function Symbols({ report, options, onChange }: PreviewProps) {
  const ambiguous = report.symbols.filter(({ others }) => others.length > 0)
  if (ambiguous.length === 0) return null
  return (
    <div className="grid gap-2">
      <p className="text-muted">Several coins have these symbols. The largest is chosen.</p>
      {ambiguous.map(({ symbol, chosen, others }) => (
        <label key={symbol} className="grid grid-cols-[80px_1fr] items-center gap-3">
          <span className="font-medium">{symbol}</span>
          <select
            value={chosen.coingecko_id}
            onChange={({ target }) => onChange({ ...options, coins: { ...options.coins, [symbol]: target.value } })}
            className={input}
          >
            {[chosen, ...others].map(({ coingecko_id, name }) => (
              <option key={coingecko_id} value={coingecko_id}>
                {name} ({coingecko_id})
              </option>
            ))}
          </select>
        </label>
      ))}
    </div>
  )
}
