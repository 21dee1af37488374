import type { Portfolio } from '@contract/portfolios.ts'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Plus, Wallet } from 'lucide-react'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { createPortfolio } from '@/lib/portfolios'
import { showToast } from '@/lib/toast'
import { ImportDialog } from './import-dialog'
import { TransactionForm } from './transaction-form'

/** An account without a portfolio, or a portfolio without a transaction: invites the first one. */
export function FirstTransaction({ portfolio }: { portfolio: Portfolio | undefined }) {
  const client = useQueryClient()
  const [id, setId] = useState<number | null>(null)
  const [isImport, setImport] = useState(false)
  const { mutate, isPending } = useMutation({
    networkMode: 'always',
    mutationFn: async () => portfolio ?? (await createPortfolio({ name: 'My portfolio' })),
    onError: (failed) => showToast(`Can't create the portfolio. ${failed.message}`),
    onSuccess: (made) => setId(made.id),
  })
  const reload = () => void client.invalidateQueries({ queryKey: ['portfolios'] })
  return (
    <section className="panel flex flex-col items-center gap-3 px-6 py-16 text-center" aria-label="No transactions">
      <Wallet size={24} strokeWidth={1.75} className="text-faint" />
      <h2 className="text-[16px] font-semibold">No transactions yet</h2>
      <p className="max-w-md text-[13px] text-muted">
        Add a purchase with its date and price. Value, profit and returns follow at live prices, in exact amounts.
      </p>
      <Button variant="primary" size="tall" disabled={isPending} onClick={() => mutate()}>
        <Plus size={16} strokeWidth={1.75} />
        Add first transaction
      </Button>
      <Button
        disabled={isPending}
        onClick={() => {
          setImport(true)
          mutate()
        }}
      >
        Import a file
      </Button>
      {id !== null && isImport && (
        <ImportDialog
          portfolioId={id}
          onClose={() => {
            setId(null)
            setImport(false)
            reload()
          }}
          onImported={reload}
        />
      )}
      {id !== null && !isImport && (
        <TransactionForm
          portfolioId={id}
          edited={null}
          onClose={() => {
            setId(null)
            reload()
          }}
          onSaved={reload}
        />
      )}
    </section>
  )
}
