import type { Lineage, LineageNode } from '../../contract/lineage.ts'
import type { JobId } from '../../contract/pipeline.ts'
import { dayMs } from '../../contract/time.ts'
import type { Db } from '../warehouse/db.ts'
import { findNewestOperations, findNewestRows } from '../warehouse/health.ts'
import { listJobHealth } from '../warehouse/job-health.ts'
import { checks } from './checks.ts'
import { countStatuses } from './score.ts'
import { findLatestResults } from './summary.ts'

type Node = { id: string; kind: LineageNode['kind']; inputs: readonly string[]; jobs: readonly JobId[] }

const table = (id: string, inputs: readonly string[], jobs: readonly JobId[] = []): Node => ({
  id,
  kind: 'table',
  inputs,
  jobs,
})
const page = (id: string, inputs: readonly string[]): Node => ({ id, kind: 'page', inputs, jobs: [] })

const nodes: readonly Node[] = [
  { id: 'coingecko', kind: 'source', inputs: [], jobs: [] },
  { id: 'exchanges', kind: 'source', inputs: [], jobs: [] },
  { id: 'price_stream', kind: 'source', inputs: [], jobs: [] },
  table('dim_coin', ['coingecko'], ['ingest_market_data']),
  table('fact_market_data', ['coingecko'], ['ingest_market_data', 'backfill_history']),
  table('fact_exchange_ohlcv', ['exchanges'], ['exchange_candles']),
  table('fact_minute_ohlc', ['price_stream']),
  table('fact_daily_ohlcv', ['fact_market_data'], ['transform_aggregates']),
  table('analytics_volatility', ['fact_daily_ohlcv'], ['compute_analytics']),
  table('pipeline_runs', []),
  table(
    'data_quality_checks',
    ['fact_market_data', 'fact_exchange_ohlcv', 'fact_minute_ohlc', 'fact_daily_ohlcv'],
    ['data_quality_checks'],
  ),
  page('/', ['dim_coin', 'fact_market_data', 'analytics_volatility']),
  page('/market', ['dim_coin', 'fact_market_data']),
  page('/coins', [
    'dim_coin',
    'fact_market_data',
    'fact_exchange_ohlcv',
    'fact_minute_ohlc',
    'fact_daily_ohlcv',
    'analytics_volatility',
  ]),
  page('/analytics', ['dim_coin', 'fact_daily_ohlcv', 'analytics_volatility']),
  page('/pipeline', ['pipeline_runs']),
  page('/quality', ['data_quality_checks']),
]

/** Tables that pages can do without. */
const optional: readonly string[] = ['fact_exchange_ohlcv']

/** The newest data of each source and table, in ms since 1970. */
async function findNewest(db: Db, now: number): Promise<Record<string, number | null>> {
  const [rows, operations] = await Promise.all([findNewestRows(db, now), findNewestOperations(db)])
  const toMs = (seconds: number | null | undefined) => (seconds == null ? null : Math.floor(seconds * 1000))
  const [facts, minutes, day] = [rows.fact_market_data, rows.fact_minute_ohlc, toMs(rows.fact_daily_ohlcv)]
  return {
    coingecko: toMs(operations.source),
    price_stream: toMs(minutes),
    dim_coin: toMs(facts),
    fact_market_data: toMs(facts),
    exchanges: toMs(rows.fact_exchange_ohlcv),
    fact_exchange_ohlcv: toMs(rows.fact_exchange_ohlcv),
    fact_minute_ohlc: toMs(minutes),
    // A candle is dated by the start of its day.
    fact_daily_ohlcv: day === null ? null : Math.min(now, day + dayMs),
    analytics_volatility: toMs(rows.analytics_volatility),
    pipeline_runs: toMs(operations.pipeline_runs),
    data_quality_checks: toMs(operations.data_quality_checks),
  }
}

const toInstant = (ms: number | null | undefined): string | null => (ms == null ? null : new Date(ms).toISOString())

/** The path of the data from its sources to the pages, with freshness and check results at `now` (ms since 1970). */
export async function findLineage(db: Db, now: number): Promise<Lineage> {
  const [newest, { checks: results }, jobs] = await Promise.all([
    findNewest(db, now),
    findLatestResults(db, now),
    listJobHealth(db),
  ])
  const statusOf = new Map(results.map(({ check_name, status }) => [check_name, status]))
  const count = (tables: readonly string[]) => {
    const own = checks.filter((check) => tables.includes(check.table))
    const { passed, warning, failed, error, no_data } = countStatuses(
      own.map(({ name }) => statusOf.get(name) ?? 'no_data'),
    )
    return { passed, warnings: warning, failed, errors: error, no_data }
  }
  const oldest = (inputs: readonly string[]) => {
    const isUsed = (id: string) => !optional.includes(id) || newest[id] != null
    const times = inputs.filter(isUsed).map((id) => newest[id] ?? null)
    return times.includes(null) ? null : Math.min(...times.map(Number))
  }
  return {
    now: new Date(now).toISOString(),
    nodes: nodes.map(({ id, kind, inputs, jobs: writers }) => ({
      id,
      kind,
      inputs: [...inputs],
      jobs: jobs.flatMap(({ job_id, state }) => (writers.some((job) => job === job_id) ? [{ job_id, state }] : [])),
      newest_at: toInstant(kind === 'page' ? oldest(inputs) : newest[id]),
      checks: count(kind === 'page' ? inputs : [id]),
    })),
  }
}
