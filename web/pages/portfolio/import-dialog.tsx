import type { ImportReport } from '@contract/portfolio-imports.ts'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { input, Labeled } from '@/components/ui/field'
import { Modal } from '@/components/ui/modal'
import { formatExact } from '@/lib/format'
import { type ImportOptions, importTransactions } from '@/lib/portfolios'
import { showToast } from '@/lib/toast'
import { ImportPreview } from './import-preview'
import { formatLabels } from './transaction-labels'

type DialogProps = { portfolioId: number; onClose: () => void; onImported: () => void }

/** Choice of a file, what it holds, and the import. Nothing is stored before it is confirmed. */
export function ImportDialog({ portfolioId, onClose, onImported }: DialogProps) {
  const [file, setFile] = useState<File | null>(null)
  const [options, setOptions] = useState<ImportOptions>({ format: '', mapping: {}, coins: {} })
  const [report, setReport] = useState<ImportReport | null>(null)
  const { mutate, isPending, error } = useMutation({
    networkMode: 'always',
    mutationFn: ({ given, chosen, isPreview }: { given: File; chosen: ImportOptions; isPreview: boolean }) =>
      importTransactions(portfolioId, given, { ...chosen, isPreview }),
    onSuccess: (found, { isPreview }) => {
      setReport(found)
      if (isPreview) return
      showToast(`Imported ${formatExact(found.imported)} transactions.`, 'success')
      onImported()
      onClose()
    },
    onError: () => setReport(null),
  })
  const preview = (given: File | null, chosen: ImportOptions) => {
    setFile(given)
    setOptions(chosen)
    if (given !== null) mutate({ given, chosen, isPreview: true })
  }
  const count = report === null ? 0 : report.accepted - report.duplicates
  return (
    <Modal title="Import transactions" onClose={onClose}>
      <div className="grid gap-4 overflow-y-auto p-4 text-left text-[13px]">
        <p className="text-muted">
          CSV of an exchange, wallet or portfolio tracker, any other CSV, or a Ghostfolio JSON. Imported lines are
          recognized when you import a newer file.
        </p>
        <div className="grid gap-4 sm:grid-cols-2">
          <Labeled id="field-file" label="File">
            <input
              id="field-file"
              type="file"
              accept=".csv,.json,.txt"
              onChange={(event) => preview(event.target.files?.[0] ?? null, options)}
            />
          </Labeled>
          <Labeled id="field-format" label="Format">
            <select
              id="field-format"
              value={options.format}
              onChange={(event) => preview(file, { ...options, format: event.target.value as ImportOptions['format'] })}
              className={input}
            >
              {Object.entries(formatLabels).map(([format, label]) => (
                <option key={format} value={format}>
                  {label}
                </option>
              ))}
            </select>
          </Labeled>
        </div>
        {isPending && <p role="status">Reading the file…</p>}
        {error !== null && (
          <p role="alert" className="text-down">
            {error.message}
          </p>
        )}
        {report !== null && (
          <ImportPreview report={report} options={options} onChange={(chosen) => preview(file, chosen)} />
        )}
        <div className="flex justify-end gap-2">
          <Button size="tall" onClick={onClose}>
            Cancel
          </Button>
          <Button
            size="tall"
            variant="primary"
            disabled={isPending || file === null || count === 0}
            onClick={() => file !== null && mutate({ given: file, chosen: options, isPreview: false })}
          >
            {count === 0 ? 'Import' : `Import ${formatExact(count)} transactions`}
          </Button>
        </div>
      </div>
    </Modal>
  )
}
