import type { JobHealth } from '@contract/pipeline.ts'
import type { CheckMethod } from '@contract/quality.ts'
import type { GetServerSideProps } from 'next'
import { PageHead } from '@/components/shell/page-head'
import { fetchJobHealth, fetchMethods, fetchReadiness, orNull } from '@/lib/api'
import { Checks } from './checks'
import { DataFlow } from './data-flow'
import { Formulas } from './formulas'
import { NumberSources } from './number-sources'
import { QueryWarehouse } from './query-warehouse'
import { Schedule } from './schedule'

const link = 'text-accent underline-offset-2 hover:underline'

type HowItWorksProps = { isDemo: boolean; jobs: JobHealth[] | null; methods: CheckMethod[] | null }

export const getServerSideProps: GetServerSideProps<HowItWorksProps> = async () => {
  const [readiness, jobs, methods] = await Promise.all([
    orNull(fetchReadiness()),
    orNull(fetchJobHealth()),
    orNull(fetchMethods()),
  ])
  return { props: { isDemo: readiness?.mode === 'demo', jobs, methods } }
}

export default function HowItWorksPage({ isDemo, jobs, methods }: HowItWorksProps) {
  return (
    <>
      <PageHead
        title="How it works"
        description="Data flow, data sources, schedules, formulas, quality checks and SQL access of CryptoFlow."
      />
      <header className="mb-4 flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1">
        <h1 className="text-[20px] leading-7 font-semibold">How it works</h1>
        <nav aria-label="Documentation" className="flex flex-wrap gap-x-4 text-[13px]">
          <a href="/api/docs" className={link}>
            API documentation
          </a>
          <a href="/api/readme" className={link}>
            README
          </a>
          <a href="/metrics" className={link}>
            Prometheus metrics
          </a>
        </nav>
      </header>
      <div className="grid grid-cols-1 gap-3">
        <DataFlow isDemo={isDemo} />
        <div className="below grid grid-cols-1 items-start gap-3 xl:grid-cols-[62fr_38fr]">
          <NumberSources />
          <div className="grid min-w-0 grid-cols-1 gap-3">
            <Schedule jobs={jobs} />
            <Formulas />
          </div>
        </div>
        <div className="below">
          <Checks methods={methods} />
        </div>
        <div className="below">
          <QueryWarehouse isDemo={isDemo} />
        </div>
      </div>
    </>
  )
}
