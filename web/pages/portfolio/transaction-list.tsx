import type { Transaction } from '@contract/portfolios.ts'
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query'
import { Pencil, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Pager } from '@/components/ui/pager'
import { Panel } from '@/components/ui/panel'
import { ScrollRegion } from '@/components/ui/scroll-region'
import { ErrorState, Skeleton } from '@/components/ui/states'
import { formatExact, formatMinute, formatPrice } from '@/lib/format'
import { deleteTransaction, fetchTransactions } from '@/lib/portfolios'
import { showToast } from '@/lib/toast'
import { Amount } from './totals'
import { typeLabels } from './transaction-labels'

type ListProps = { portfolioId: number; onEdit: (transaction: Transaction) => void; onChanged: () => void }

const title = 'px-3 py-2 text-[12px] font-medium text-muted whitespace-nowrap'
const head = `${title} text-right`
const cell = 'num px-3 text-right whitespace-nowrap'

/** Transactions, newest first, with edit and delete. */
export function TransactionList({ portfolioId, onEdit, onChanged }: ListProps) {
  const [page, setPage] = useState(1)
  const { data, error, refetch } = useQuery({
    queryKey: ['portfolio', portfolioId, 'transactions', page],
    queryFn: () => fetchTransactions(portfolioId, page),
    placeholderData: keepPreviousData,
  })
  const { mutate, isPending } = useMutation({
    networkMode: 'always',
    mutationFn: ({ id }: Transaction) => deleteTransaction(portfolioId, id),
    onError: (failed) => showToast(`Can't delete the transaction. ${failed.message}`),
    onSuccess: () => showToast('Transaction deleted.', 'success'),
    onSettled: onChanged,
  })
  const csv = `/api/v1/portfolios/${portfolioId}/export.csv`
  return (
    <Panel
      title="Transactions"
      note="Times in UTC"
      controls={
        <a href={csv} download className="px-2 text-[12px] text-accent hover:underline">
          Export CSV
        </a>
      }
    >
      {data === undefined && error === null && <Skeleton className="m-4 h-32" />}
      {data === undefined && error !== null && <ErrorState message={error.message} onRetry={() => void refetch()} />}
      {data !== undefined && (
        <>
          <ScrollRegion label="Transactions table" className="relative overflow-x-auto">
            <table className="w-full text-[13px]" data-testid="transactions">
              <thead>
                <tr>
                  <th className={`${title} pl-4 text-left`}>Time</th>
                  <th className={`${title} text-left`}>Type</th>
                  <th className={`${title} text-left`}>Coin</th>
                  <th className={head}>Quantity</th>
                  <th className={head}>Price</th>
                  <th className={head}>Total</th>
                  <th className={head}>Fee</th>
                  <th className={`${title} text-left`}>Note</th>
                  <th className={`${head} pr-4`}>
                    <span className="sr-only">Actions</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {data.items.map((one) => (
                  <Row key={one.id} one={one} busy={isPending} onEdit={onEdit} onDelete={mutate} />
                ))}
              </tbody>
            </table>
          </ScrollRegion>
          {data.pages > 1 && <Pager list={data} onPage={setPage} />}
        </>
      )}
    </Panel>
  )
}

type RowProps = {
  one: Transaction
  busy: boolean
  onEdit: (transaction: Transaction) => void
  onDelete: (transaction: Transaction) => void
}

function Row({ one, busy, onEdit, onDelete }: RowProps) {
  const [isConfirming, setConfirming] = useState(false)
  const what = `${typeLabels[one.type]} of ${one.name} on ${formatMinute(one.at)}`
  return (
    <tr className="h-9 border-t border-line hover:bg-raised">
      <td className="num px-3 pl-4 whitespace-nowrap text-muted">{formatMinute(one.at)}</td>
      <td className="px-3 whitespace-nowrap">{typeLabels[one.type]}</td>
      <td className="px-3 font-medium uppercase">{one.symbol}</td>
      <td className={cell}>{formatExact(one.quantity)}</td>
      <td className={cell}>{formatPrice(one.price_usd)}</td>
      <td className={cell}>
        <Amount usd={one.total_usd} />
      </td>
      <td className={cell}>{one.fee_usd === 0 ? '–' : <Amount usd={one.fee_usd} />}</td>
      <td className="max-w-40 truncate px-3 text-muted">{one.note}</td>
      <td className="pr-3 text-right whitespace-nowrap">
        <Button variant="plain" size="small-icon" aria-label={`Edit: ${what}`} onClick={() => onEdit(one)}>
          <Pencil size={14} strokeWidth={1.75} />
        </Button>
        <Button
          variant={isConfirming ? 'danger' : 'plain'}
          size={isConfirming ? 'normal' : 'small-icon'}
          disabled={busy}
          aria-label={`${isConfirming ? 'Confirm: delete' : 'Delete'}: ${what}`}
          onClick={() => (isConfirming ? onDelete(one) : setConfirming(true))}
          onBlur={() => setConfirming(false)}
        >
          {isConfirming ? 'Confirm' : <Trash2 size={14} strokeWidth={1.75} />}
        </Button>
      </td>
    </tr>
  )
}
