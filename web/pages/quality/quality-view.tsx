import { PageTitle } from '@/components/ui/page-title'
import { LazyModule, useLazyModule } from '@/lib/lazy-module'
import { MatrixPanel } from './check-matrix-panel'
import { Incidents } from './incidents'
import { Scores } from './table-scores'
import { useQualityState } from './use-quality-state'

const drawer = new LazyModule(() => import('./check-drawer'))

function OpenCheck() {
  const { check } = useQualityState().state
  const loaded = useLazyModule(drawer, check !== null)
  return loaded && <loaded.CheckDrawer name={check} />
}

export function Quality() {
  return (
    <>
      <PageTitle>Quality</PageTitle>
      <div className="grid grid-cols-1 gap-3">
        <Incidents />
        <div className="grid grid-cols-1 items-start gap-3 xl:grid-cols-[minmax(0,42fr)_minmax(0,58fr)]">
          <Scores />
          <MatrixPanel />
        </div>
      </div>
      <OpenCheck />
    </>
  )
}
