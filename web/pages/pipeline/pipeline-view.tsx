import { PageTitle } from '@/components/ui/page-title'
import { LazyModule, useLazyModule } from '@/lib/lazy-module'
import { useSession } from '@/lib/session'
import { Jobs } from './job-table'
import { LineagePanel } from './lineage-panel'
import { NodeNotice } from './node-notice'
import { PriceStream } from './price-stream'
import { Runs } from './run-table'
import { TimelinePanel } from './timeline-panel'
import { usePipelineState } from './use-pipeline-state'

const drawer = new LazyModule(() => import('./run-drawer'))

const backfill = new LazyModule(() => import('./backfill-panel'))

function Backfill() {
  const isAdmin = useSession()?.role === 'administrator'
  const loaded = useLazyModule(backfill, isAdmin)
  if (!isAdmin || loaded === undefined) return null
  return (
    <div className="min-w-0 xl:col-span-2">
      <loaded.BackfillPanel />
    </div>
  )
}

function OpenRun() {
  const { run } = usePipelineState().state
  const loaded = useLazyModule(drawer, run !== null)
  return loaded && <loaded.RunDrawer id={run} />
}

export function Pipeline() {
  return (
    <>
      <PageTitle>Pipeline</PageTitle>
      <NodeNotice />
      <div className="grid grid-cols-1 gap-3 min-[1400px]:grid-cols-[minmax(0,1fr)_296px]">
        <Jobs />
        <div id="stream" className="grid min-w-0">
          <PriceStream />
        </div>
        <div className="min-w-0 xl:col-span-2">
          <TimelinePanel />
        </div>
        <Backfill />
        <div className="below min-w-0 xl:col-span-2">
          <Runs />
        </div>
        <div className="below min-w-0 xl:col-span-2">
          <LineagePanel />
        </div>
      </div>
      <OpenRun />
    </>
  )
}
