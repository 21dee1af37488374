import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useQueryStates } from 'nuqs'
import { useReadiness } from '@/components/shell/readiness'
import { Skeleton } from '@/components/ui/states'
import { useInView } from '@/lib/hooks'
import { LazyModule, useLazyModule } from '@/lib/lazy-module'
import { correlationQuery, volatilityQuery } from './analytics-queries'
import { AnalyticsToolbar } from './analytics-toolbar'
import { analyticsParsers } from './analytics-url-state'
import type { CoinChoice } from './coin-select'
import { Heatmap } from './heatmap'
import { HighlightScope } from './highlight'
import { Drawdowns, PeriodReturns, Volatilities } from './rankings'
import { Scatter } from './scatter'

const rolling = new LazyModule(() => import('./rolling-panel'))
const risk = new LazyModule(() => import('./risk-panel'))
const noCoins: readonly CoinChoice[] = []

type OwnWindowsProps = { coins: readonly CoinChoice[]; period: number; stablecoins: boolean; wrapped: boolean }

/** The panels with a window of their own, loaded when they come near. */
function OwnWindows(props: OwnWindowsProps) {
  const [ref, isNear] = useInView()
  const [rollingModule, riskModule] = [useLazyModule(rolling, isNear), useLazyModule(risk, isNear)]
  return (
    <>
      <div ref={ref} className="grid min-h-[480px] min-w-0">
        {rollingModule === undefined ? (
          <Skeleton className="h-full" />
        ) : (
          <rollingModule.RollingPanel coins={props.coins} />
        )}
      </div>
      <div className="grid min-h-[560px] min-w-0 xl:col-span-2">
        {riskModule === undefined ? <Skeleton className="h-full" /> : <riskModule.RiskPanel {...props} />}
      </div>
    </>
  )
}

/** The charts of one period, and below them those with their own window. Highlighting a coin in one highlights it in all. */
export function AnalyticsView() {
  const [state, setState] = useQueryStates(analyticsParsers, { history: 'push' })
  const correlation = useQuery({ ...correlationQuery(state, state.coins), placeholderData: keepPreviousData })
  const volatility = useQuery({ ...volatilityQuery(state), placeholderData: keepPreviousData })
  const { data: readiness } = useReadiness()
  const { period } = state
  const mode = readiness?.mode
  const ranked = { query: volatility, period: volatility.data?.[0]?.period_days ?? Number(period), mode }
  const wide = state.coins === '25' ? { className: 'xl:col-span-2' } : {}
  return (
    <HighlightScope>
      <AnalyticsToolbar
        matrix={correlation.data}
        coins={volatility.data}
        period={period}
        stablecoins={state.stablecoins}
        onPeriod={(next) => void setState({ period: next })}
        onStablecoins={(stablecoins) => void setState({ stablecoins })}
        wrapped={state.wrapped}
        onWrapped={(wrapped) => void setState({ wrapped })}
      />
      <div className="grid grid-cols-1 gap-3 xl:grid-cols-[55fr_45fr]">
        <Heatmap
          query={correlation}
          coins={state.coins}
          onCoins={(coins) => void setState({ coins })}
          period={correlation.data?.period_days ?? Number(period)}
          mode={mode}
          {...wide}
        />
        <Scatter vertical={state.y} onVertical={(y) => void setState({ y })} {...ranked} {...wide} />
        <div className="below grid min-w-0 grid-cols-1 gap-3 xl:col-span-2 xl:grid-cols-2">
          <PeriodReturns {...ranked} />
          <Drawdowns {...ranked} />
          <Volatilities {...ranked} />
          <OwnWindows
            coins={volatility.data ?? noCoins}
            period={Number(period)}
            stablecoins={state.stablecoins}
            wrapped={state.wrapped}
          />
        </div>
      </div>
    </HighlightScope>
  )
}
