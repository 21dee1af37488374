import { CronExpressionParser } from 'cron-parser'
import { sql } from 'kysely'
import { type JobHealth, type JobId, jobIds, type RunStatus } from '../../contract/pipeline.ts'
import type { Db } from './db.ts'
import { isInProgress } from './runs.ts'

type HealthRow = {
  job_id: string
  cron: string | null
  grace_seconds: number | null
  next_run_at: string | null
  paused_at: string | null
  resumed_at: string | null
  is_running: boolean
  status: RunStatus | null
  start_time: string | null
  error: string | null
  last_success_start: string | null
  last_success_at: string | null
  freshness: number | null
  now: string
}

/**
 * Late: the first scheduled time after the last success, or after the end of a later pause, is past by more than the
 * grace, and no run is in progress.
 */
function isLate({ cron, grace_seconds, last_success_start, resumed_at, is_running, now }: HealthRow): boolean {
  if (cron === null || last_success_start === null || is_running) return false
  const since = Math.max(Date.parse(last_success_start), Date.parse(resumed_at ?? last_success_start))
  const due = CronExpressionParser.parse(cron, { tz: 'UTC', currentDate: new Date(since) }).next()
  return Date.parse(now) > due.getTime() + (grace_seconds ?? 0) * 1000
}

const toState = (row: HealthRow): JobHealth['state'] => {
  if (row.paused_at !== null) return 'paused'
  if (row.status === null) return 'never_run'
  if (row.status === 'failed' || row.status === 'abandoned') return 'failing'
  return isLate(row) ? 'late' : 'healthy'
}

/**
 * The health of each job, by the age of its last success and the stored schedule. Runs with nothing to do count as
 * successes; runs skipped because another was in progress do not count.
 */
export async function listJobHealth(db: Db): Promise<JobHealth[]> {
  const { rows } = await sql<HealthRow>`
    select j.job_id, p.cron, p.grace_seconds, p.paused_at, p.resumed_at,
      case when p.paused_at is not null then null when p.retry_at > now() then least(p.retry_at, p.next_run_at) else p.next_run_at end as next_run_at,
      exists (select from pipeline_runs r where r.job_id = j.job_id and ${isInProgress}) as is_running,
      last.status, last.start_time, last.error, good.start_time as last_success_start, good.end_time as last_success_at,
      floor(extract(epoch from now() - newest.at) / 60)::int as freshness, now() as now
    from unnest(${[...jobIds]}::text[]) with ordinality as j (job_id, position)
    left join pipeline_jobs p on p.job_id = j.job_id
    left join lateral (select status, start_time, error from pipeline_runs r where r.job_id = j.job_id
      and (status in ('success', 'failed', 'abandoned') or status = 'skipped' and details ? 'idle')
      order by start_time desc limit 1) last on true
    left join lateral (select start_time, end_time from pipeline_runs r where r.job_id = j.job_id
      and (status = 'success' or status = 'skipped' and details ? 'idle')
      order by start_time desc limit 1) good on true
    left join lateral (select case when j.job_id = 'ingest_market_data'
      then (select max(coalesce(source_updated_at, timestamp)) from mv_latest_market_data) else good.end_time end as at
      where last.status is not null) newest on true
    order by j.position`.execute(db)
  return rows.map((row) => {
    const state = toState(row)
    return {
      job_id: row.job_id,
      dag_id: row.job_id,
      state,
      is_healthy: state === 'healthy',
      is_running: row.is_running,
      schedule: row.cron,
      next_run_at: row.next_run_at,
      paused_at: row.paused_at,
      last_run_status: row.status,
      last_run_time: row.start_time,
      last_success_at: row.last_success_at,
      last_error: row.error,
      data_freshness_minutes: row.freshness === null ? null : Math.max(0, row.freshness),
    }
  })
}

/**
 * Pauses or resumes a job in every process. Returns since when it is paused, null when it is not; undefined when no worker
 * has stored its schedule yet. A pause of a paused job keeps its time.
 */
export async function pauseJob(db: Db, job: JobId, pause: boolean): Promise<{ paused_at: string | null } | undefined> {
  const { rows } = await sql<{ paused_at: string | null }>`update pipeline_jobs set
      resumed_at = case when paused_at is not null and not ${pause}::boolean then now() else resumed_at end,
      paused_at = case when ${pause}::boolean then coalesce(paused_at, now()) end
    where job_id = ${job} returning paused_at`.execute(db)
  return rows[0]
}
