import type { TargetList } from '@contract/portfolio-balance.ts'
import type { PositionView } from '@contract/portfolios.ts'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { cn } from '@/components/ui/cn'
import { CoinIcon } from '@/components/ui/coin-icon'
import { CoinPicker } from '@/components/ui/coin-picker'
import { Panel } from '@/components/ui/panel'
import { ScrollRegion } from '@/components/ui/scroll-region'
import { ErrorState, Skeleton } from '@/components/ui/states'
import { Value } from '@/components/ui/value'
import { fetchCoins } from '@/lib/api'
import { formatCompact, formatExact, formatPoints, formatShare, unknown } from '@/lib/format'
import { fetchTargets, saveTargets } from '@/lib/portfolios'
import { showToast } from '@/lib/toast'
import { usePortfolioCurrency } from './portfolio-currency'
import { parseTarget, type Row, sumTargets, toTrade } from './rebalance'
import { Amount } from './totals'

type Coin = Pick<PositionView, 'coin_id' | 'coingecko_id' | 'symbol' | 'name' | 'logo_url'>
type Line = Row & { coin: Coin }

const title = 'h-9 px-3 text-[12px] font-medium whitespace-nowrap text-muted'
const cell = 'num h-10 px-3 text-right whitespace-nowrap'

/** Held coins, and those that have a target, with their values and prices. */
function useLines(positions: readonly PositionView[], targets: TargetList | undefined, added: readonly Coin[]): Line[] {
  const held = positions.filter(({ quantity }) => quantity > 0)
  const others = [...(targets?.items ?? []), ...added].filter(
    ({ coin_id }, index, all) =>
      !held.some((one) => one.coin_id === coin_id) && all.findIndex((one) => one.coin_id === coin_id) === index,
  )
  const ids = others.map(({ coin_id }) => coin_id).sort((a, b) => a - b)
  const { data } = useQuery({
    queryKey: ['coins', 'prices', ids.join()],
    queryFn: () => fetchCoins({ ids: ids.join(), per_page: 100 }),
    enabled: ids.length > 0,
  })
  const { usdRate } = usePortfolioCurrency()
  const toPrice = (id: number) => {
    const price = data?.items.find((coin) => coin.id === id)?.price_usd ?? null
    return price === null ? null : price / usdRate
  }
  const toText = (id: number) => String(targets?.items.find(({ coin_id }) => coin_id === id)?.weight_pct ?? '')
  return [
    ...held.map((coin) => ({
      coin,
      id: coin.coin_id,
      value: coin.value_usd ?? 0,
      price: coin.price_usd,
      target: toText(coin.coin_id),
    })),
    ...others.map((coin) => ({
      coin,
      id: coin.coin_id,
      value: 0,
      price: toPrice(coin.coin_id),
      target: toText(coin.coin_id),
    })),
  ]
}

function TradeCell({ amount, quantity }: { amount: number; quantity: number | null }) {
  if (Math.abs(amount) < 0.005) return <span className="text-muted">Nothing</span>
  const units = Math.abs(quantity ?? 0)
  return (
    <>
      {amount > 0 ? 'Buy' : 'Sell'} <Amount usd={Math.abs(amount)} />
      {quantity !== null && (
        <span className="ml-2 text-[12px] text-faint" title={formatExact(units)}>
          {units >= 1000 ? formatCompact(units) : Number(units.toPrecision(6))}
        </span>
      )}
    </>
  )
}

type LineProps = { line: Line; total: number; hasTargets: boolean; onTarget: (text: string) => void }

function LineRow({ line, total, hasTargets, onTarget }: LineProps) {
  const { weight, difference, amount, quantity } = toTrade(line, total)
  const isWrong = parseTarget(line.target) === null
  return (
    <tr className="border-t border-line hover:bg-raised">
      <th scope="row" className="sticky left-0 bg-surface pl-4 text-left">
        <span className="flex items-center gap-2.5">
          <CoinIcon coin={line.coin} />
          <span className="max-w-32 truncate font-medium">{line.coin.name}</span>
        </span>
      </th>
      <td className={cell}>{formatShare(weight)}</td>
      <td className={cell}>
        <input
          inputMode="decimal"
          aria-label={`Target of ${line.coin.name} in percent`}
          aria-invalid={isWrong}
          value={line.target}
          placeholder="0"
          maxLength={8}
          onChange={(event) => onTarget(event.target.value)}
          className="num h-8 w-18 rounded-control border border-line-strong bg-surface px-2 text-right text-[13px] aria-invalid:border-down"
        />{' '}
        <span className="text-faint">%</span>
      </td>
      <td className={cell}>
        <Value text={formatPoints(hasTargets ? difference : null)} />
      </td>
      <td className={cn(cell, 'pr-4')}>
        {hasTargets ? <TradeCell amount={amount} quantity={quantity} /> : <Value text={unknown} />}
      </td>
    </tr>
  )
}

function TargetTable({
  lines,
  total,
  onTarget,
}: {
  lines: Line[]
  total: number
  onTarget: (id: number, text: string) => void
}) {
  return (
    <ScrollRegion label="Rebalancing table" className="relative overflow-x-auto">
      <table className="w-full text-[13px]" data-testid="rebalancing">
        <thead>
          <tr>
            <th scope="col" className={cn(title, 'sticky left-0 bg-surface pl-4 text-left')}>
              Coin
            </th>
            {['Share now', 'Target', 'Difference', 'Trade'].map((label) => (
              <th key={label} scope="col" className={cn(title, 'text-right last:pr-4')}>
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <LineRow
              key={line.id}
              line={line}
              total={total}
              hasTargets={sumTargets(lines) !== 0}
              onTarget={(text) => onTarget(line.id, text)}
            />
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  )
}

type RebalancingProps = { portfolioId: number; positions: readonly PositionView[] }

/** Targets of the coins, and the trades that reach them. The targets are kept with the portfolio. */
export function Rebalancing({ portfolioId, positions }: RebalancingProps) {
  const client = useQueryClient()
  const queryKey = ['portfolio', portfolioId, 'targets']
  const { data, error, refetch } = useQuery({ queryKey, queryFn: () => fetchTargets(portfolioId) })
  const [edits, setEdits] = useState<Readonly<Record<number, string>>>({})
  const [added, setAdded] = useState<readonly Coin[]>([])
  const known = useLines(positions, data, added)
  const lines = known.map((line) => ({ ...line, target: edits[line.id] ?? line.target }))
  const total = positions.reduce((sum, { value_usd }) => sum + (value_usd ?? 0), 0)
  const sum = sumTargets(lines)
  const isChanged = lines.some(({ target }, index) => target !== known[index]?.target)
  const save = async () => {
    const items = lines.map(({ id, target }) => ({ coin_id: id, weight_pct: parseTarget(target) ?? 0 }))
    try {
      client.setQueryData(
        queryKey,
        await saveTargets(portfolioId, { items: items.filter((one) => one.weight_pct > 0) }),
      )
      setEdits({})
      setAdded([])
      showToast('Targets saved.', 'success')
    } catch (failure) {
      showToast(failure instanceof Error ? failure.message : String(failure))
    }
  }
  if (data === undefined)
    return (
      <Panel title="Rebalancing">
        {error === null ? (
          <Skeleton className="m-4 h-40" />
        ) : (
          <ErrorState message={error.message} onRetry={() => void refetch()} />
        )}
      </Panel>
    )
  return (
    <Panel
      title="Rebalancing"
      note="Trades that bring each coin to its target"
      controls={
        <>
          <CoinPicker
            label="Add a coin"
            exclude={lines.map(({ coin }) => coin.coingecko_id)}
            onChoose={({ id, ...coin }) => setAdded([...added, { ...coin, coin_id: id }])}
          />
          <Button variant="primary" disabled={!isChanged || sum === null || sum > 100} onClick={() => void save()}>
            Save targets
          </Button>
        </>
      }
    >
      <TargetTable lines={lines} total={total} onTarget={(id, text) => setEdits({ ...edits, [id]: text })} />
      <p
        className={cn(
          'num border-t border-line px-4 py-3 text-[12px]',
          sum === null || sum > 100 ? 'text-down' : 'text-muted',
        )}
        role="status"
      >
        {sum === null
          ? 'A target must be a number from 0 to 100.'
          : sum === 0
            ? 'Set targets to see the trades that reach them.'
            : `Targets: ${formatShare(sum)}. ${sum > 100 ? 'Lower them to 100% in all.' : sum < 100 ? `The rest of ${formatShare(100 - sum)} is cash.` : ''}`}
      </p>
    </Panel>
  )
}
