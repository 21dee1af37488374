import type { VolatilityRanking } from '@contract/analytics.ts'
import { canAnnualize } from '@contract/returns.ts'
import type { Mode } from '@contract/units.ts'
import type { UseQueryResult } from '@tanstack/react-query'
import { useMemo, useRef } from 'react'
import { ChartFrame } from '@/components/charts/chart-frame'
import { elementToCanvas } from '@/components/charts/element-canvas'
import type { Method } from '@/components/charts/method'
import { TierLegend } from '@/components/charts/tier-legend'
import type { Tier } from '@/components/charts/tiers'
import { formatFraction, formatSignedFraction } from '@/lib/format'
import { fromRanking, toDrawdownMethod, toReturnMethod, toVolatilityMethod } from './analytics-methods'
import { toRankTable } from './analytics-tables'
import { drawdownTiers, returnTiers, volatilityTiers } from './analytics-tiers'
import { noValueReasons, type Rank, type RankedCoin, rankDrawdowns, rankReturns, rankVolatilities } from './coin-ranks'
import { notComputedYet, PanelState } from './panel-state'
import { Ranking } from './ranking'

type PanelProps = { query: UseQueryResult<VolatilityRanking>; period: number; mode: Mode | undefined }

type Kind = {
  name: string
  title: string
  sentence: string
  toRanks: (coins: VolatilityRanking) => Rank[]
  toMethod: (known: ReturnType<typeof fromRanking>) => Method
  toText: (value: number) => string
  toReason: (coin: RankedCoin) => string
  tiers: readonly Tier[]
  note: string
  column: { label: string; field: string; tier: string }
}

const drawdown: Kind = {
  name: 'drawdown',
  title: 'Max drawdown',
  sentence: 'Largest peak-to-trough decline of the daily close.',
  toRanks: rankDrawdowns,
  toMethod: toDrawdownMethod,
  toText: (value) => formatSignedFraction(-value, 1),
  toReason: noValueReasons.figure,
  tiers: drawdownTiers.toReversed(),
  note: 'Severity is relative to the largest drawdown shown.',
  column: { label: 'Max drawdown', field: 'max_drawdown', tier: 'Severity' },
}

const periodReturn: Kind = {
  name: 'return',
  title: 'Period return',
  sentence: 'Price return from the first to the last close of the period.',
  toRanks: rankReturns,
  toMethod: toReturnMethod,
  toText: (value) => formatSignedFraction(value, 1),
  toReason: noValueReasons.figure,
  tiers: returnTiers.toReversed(),
  note: 'Bar length is relative to the largest move shown.',
  column: { label: 'Return', field: 'period_return', tier: 'Direction' },
}

const volatility: Kind = {
  name: 'volatility',
  title: 'Volatility ranking',
  sentence: 'Standard deviation of daily returns, annualized.',
  toRanks: rankVolatilities,
  toMethod: toVolatilityMethod,
  toText: (value) => formatFraction(value, 1),
  toReason: noValueReasons.volatility,
  tiers: volatilityTiers.toReversed(),
  note: 'Risk is relative to the highest volatility shown.',
  column: { label: 'Annualized volatility', field: 'volatility_annualized', tier: 'Risk' },
}

/** The ranking of a period that is too short for annualized figures. */
const dailyVolatility: Kind = {
  ...volatility,
  sentence: 'Standard deviation of daily returns.',
  toText: (value) => formatFraction(value, 2),
  column: { label: 'Daily volatility', field: 'volatility', tier: 'Risk' },
}

function RankingPanel({ kind, query, period, mode }: PanelProps & { kind: Kind }) {
  const { data, error, refetch } = query
  const { toRanks } = kind
  const ranks = useMemo(() => toRanks(data ?? []), [data, toRanks])
  const list = useRef<HTMLOListElement>(null)
  const caption = `${kind.title} of ${ranks.length} coins, ${period} days`
  return (
    <ChartFrame
      title={kind.title}
      sentence={kind.sentence}
      method={kind.toMethod(fromRanking(data ?? [], period, mode))}
      toTable={() => toRankTable(ranks, { ...kind.column, caption, toText: kind.toText })}
      fileName={`${kind.name}-${period}d`}
      toCanvas={() => elementToCanvas(list.current)}
      tableClassName="h-[376px]"
      legend={<TierLegend label={kind.column.tier} tiers={kind.tiers} note={kind.note} />}
    >
      <PanelState
        error={error}
        onRetry={() => void refetch()}
        empty={data === undefined ? undefined : data.length === 0 ? notComputedYet : null}
        className="h-[376px]"
      >
        {() => (
          <Ranking
            name={kind.name}
            label={caption}
            ranks={ranks}
            toText={kind.toText}
            toReason={kind.toReason}
            listRef={list}
          />
        )}
      </PanelState>
    </ChartFrame>
  )
}

export const PeriodReturns = (props: PanelProps) => <RankingPanel kind={periodReturn} {...props} />

export const Drawdowns = (props: PanelProps) => <RankingPanel kind={drawdown} {...props} />

export const Volatilities = (props: PanelProps) => (
  <RankingPanel kind={canAnnualize(props.period) ? volatility : dailyVolatility} {...props} />
)
