import type { Portfolio, PortfolioSummary, Transaction } from '@contract/portfolios.ts'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { Button } from '@/components/ui/button'
import { ErrorState, Skeleton } from '@/components/ui/states'
import { MoneyContext } from '@/lib/money'
import { fetchPortfolios } from '@/lib/portfolios'
import { useRequiredSession } from '@/lib/use-required-session'
import { Allocation } from './allocation'
import { Contributions } from './contributions'
import { FirstTransaction } from './first-transaction'
import { HoldingsRisk } from './holdings-risk'
import { HoldingsTable } from './holdings-table'
import { ImportDialog } from './import-dialog'
import { PortfolioCurrencyContext, usePortfolioSummary } from './portfolio-currency'
import { PortfolioMenu } from './portfolio-menu'
import { Rebalancing } from './rebalancing'
import { Totals } from './totals'
import { TransactionForm } from './transaction-form'
import { TransactionList } from './transaction-list'
import { ValueChart } from './value-chart'

/** The portfolios of the account that is signed in. */
export function PortfolioView() {
  const account = useRequiredSession()
  return account === null ? <Loading /> : <Portfolios userId={account.id} />
}

function Loading() {
  return (
    <div className="grid gap-3" role="status" aria-label="Loading">
      <Skeleton className="h-16" />
      <Skeleton className="h-80" />
    </div>
  )
}

function Portfolios({ userId }: { userId: number }) {
  const [chosen, choose] = useState<number | null>(null)
  const { data, error, refetch } = useQuery({ queryKey: ['portfolios', userId], queryFn: fetchPortfolios })
  if (data === undefined)
    return error === null ? <Loading /> : <ErrorState message={error.message} onRetry={() => void refetch()} />
  const portfolio = data.items.find(({ id }) => id === chosen) ?? data.items[0]
  return (
    <>
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <h1 className="mr-auto text-[20px] leading-8 font-semibold">Portfolio</h1>
        <PortfolioMenu portfolios={data.items} current={portfolio} onChoose={choose} />
      </div>
      {portfolio === undefined || portfolio.transactions === 0 ? (
        <FirstTransaction portfolio={portfolio} />
      ) : (
        <Overview key={portfolio.id} portfolio={portfolio} />
      )}
    </>
  )
}

/** What the form edits: nothing, a new transaction, or an existing one. */
type Editing = null | 'new' | Transaction

function Overview({ portfolio }: { portfolio: Portfolio }) {
  const client = useQueryClient()
  const [editing, edit] = useState<Editing>(null)
  const [isImporting, setImporting] = useState(false)
  const { data, error, refetch, currency, money, refusal } = usePortfolioSummary(portfolio.id)
  if (data === undefined)
    return error === null ? <Loading /> : <ErrorState message={error.message} onRetry={() => void refetch()} />
  const reload = () => {
    void client.invalidateQueries({ queryKey: ['portfolio', portfolio.id] })
    void client.invalidateQueries({ queryKey: ['portfolios'] })
  }
  const add = (
    <>
      <Button onClick={() => setImporting(true)}>Import</Button>
      <Button variant="primary" onClick={() => edit('new')}>
        <Plus size={16} strokeWidth={1.75} />
        Add transaction
      </Button>
    </>
  )
  return (
    <div className="grid grid-cols-1 items-start gap-3">
      <MoneyContext value={money}>
        <PortfolioCurrencyContext value={currency}>
          <Figures portfolioId={portfolio.id} summary={data} refusal={refusal} controls={add} />
        </PortfolioCurrencyContext>
      </MoneyContext>
      <TransactionList portfolioId={portfolio.id} onEdit={edit} onChanged={reload} />
      {isImporting && (
        <ImportDialog portfolioId={portfolio.id} onClose={() => setImporting(false)} onImported={reload} />
      )}
      {editing !== null && (
        <TransactionForm
          portfolioId={portfolio.id}
          edited={editing === 'new' ? null : editing}
          onClose={() => edit(null)}
          onSaved={reload}
        />
      )}
    </div>
  )
}

type FiguresProps = { portfolioId: number; summary: PortfolioSummary; refusal: string | null; controls: ReactNode }

/** All that depends on prices, in the currency of the page. */
function Figures({ portfolioId, summary, refusal, controls }: FiguresProps) {
  const { positions, totals, warnings } = summary
  return (
    <>
      <Totals summary={summary} />
      {(refusal === null ? warnings : [refusal, ...warnings]).map((warning) => (
        <p key={warning} className="panel px-4 py-2.5 text-[13px] text-warn">
          {warning}
        </p>
      ))}
      <div className="grid grid-cols-1 gap-3 lg:grid-cols-[62fr_38fr]">
        <ValueChart portfolioId={portfolioId} />
        <div className="grid content-start gap-3">
          <Allocation positions={positions} />
          <Contributions portfolioId={portfolioId} />
        </div>
      </div>
      <HoldingsTable positions={positions} controls={controls} />
      <div className="grid grid-cols-1 gap-3 lg:grid-cols-[62fr_38fr]">
        <Rebalancing portfolioId={portfolioId} positions={positions} />
        <HoldingsRisk portfolioId={portfolioId} value={totals.value_usd} />
      </div>
    </>
  )
}
