import { type TransactionType, transactionTypes } from '@contract/portfolio-lists.ts'
import type { Transaction, TransactionBody } from '@contract/portfolios.ts'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { Button } from '@/components/ui/button'
import { CoinField } from '@/components/ui/coin-field'
import { Field, input, Labeled } from '@/components/ui/field'
import { Modal } from '@/components/ui/modal'
import { saveTransaction } from '@/lib/portfolios'
import { typeLabels } from './transaction-labels'

type FormProps = {
  portfolioId: number
  /** The transaction to change; null for a new one. */
  edited: Transaction | null
  onClose: () => void
  onSaved: () => void
}

const toLocal = (instant: string): string => new Date(instant).toISOString().slice(0, 16)

/** The body of a transaction from its form; the time is UTC. */
function toBody(data: FormData, coin: number): TransactionBody {
  const text = (name: string) => String(data.get(name) ?? '').trim()
  const decimal = (name: string) => text(name).replaceAll(',', '')
  const amount = decimal('amount')
  return {
    type: text('type') as TransactionType,
    coin_id: coin,
    at: `${text('at')}:00.000Z`,
    quantity: decimal('quantity'),
    ...(amount === '' ? {} : text('amount_is') === 'total' ? { total_usd: amount } : { price_usd: amount }),
    ...(decimal('fee_quantity') === '' ? {} : { fee_quantity: decimal('fee_quantity') }),
    note: text('note') === '' ? null : text('note'),
  }
}

/** Adds or changes a transaction. */
export function TransactionForm({ portfolioId, edited, onClose, onSaved }: FormProps) {
  const [coin, setCoin] = useState<number | null>(edited?.coin_id ?? null)
  const [problem, setProblem] = useState<string | null>(null)
  const { mutate, isPending } = useMutation({
    networkMode: 'always',
    mutationFn: (body: TransactionBody) => saveTransaction(portfolioId, body, edited?.id ?? null),
    onError: (failed) => setProblem(failed.message),
    onSuccess: () => {
      onSaved()
      onClose()
    },
  })
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (coin === null) return setProblem('Choose a coin from the list.')
    setProblem(null)
    mutate(toBody(new FormData(event.currentTarget), coin))
  }
  return (
    <Modal title={edited === null ? 'Add transaction' : 'Edit transaction'} onClose={onClose}>
      <form onSubmit={onSubmit} className="grid gap-4 overflow-y-auto p-4 text-left sm:grid-cols-2">
        <Labeled id="field-type" label="Type">
          <select id="field-type" name="type" defaultValue={edited?.type ?? 'buy'} className={input}>
            {transactionTypes.map((type) => (
              <option key={type} value={type}>
                {typeLabels[type]}
              </option>
            ))}
          </select>
        </Labeled>
        <CoinField initial={edited} onChoose={setCoin} />
        <FormFields edited={edited} />
        <p role="alert" className="text-[13px] text-down sm:col-span-2" hidden={problem === null}>
          {problem}
        </p>
        <div className="flex justify-end gap-2 sm:col-span-2">
          <Button size="tall" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" size="tall" variant="primary" disabled={isPending}>
            Save
          </Button>
        </div>
      </form>
    </Modal>
  )
}

function FormFields({ edited }: { edited: Transaction | null }) {
  const at = toLocal(edited?.at ?? new Date().toISOString())
  const fee = edited === null || edited.fee_usd === 0 ? '' : String(edited.fee_usd)
  const amount = { inputMode: 'decimal', autoComplete: 'off', pattern: '[0-9,]*\\.?[0-9]*' } as const
  return (
    <>
      <Field name="quantity" label="Quantity" required defaultValue={edited?.quantity} {...amount} />
      <Field name="at" label="Time (UTC)" type="datetime-local" required defaultValue={at} />
      <Field
        name="amount"
        label="Amount in USD"
        defaultValue={edited?.total_usd}
        hint="Empty: the market value at that time"
        {...amount}
      />
      <Labeled id="field-amount_is" label="The amount is">
        <select
          id="field-amount_is"
          name="amount_is"
          defaultValue={edited === null ? 'price' : 'total'}
          className={input}
        >
          <option value="price">Price per unit</option>
          <option value="total">Total before the fee</option>
        </select>
      </Labeled>
      <Field name="fee_quantity" label="Fee in USD" defaultValue={fee} {...amount} />
      <Field name="note" label="Note" maxLength={1000} defaultValue={edited?.note ?? ''} />
    </>
  )
}
