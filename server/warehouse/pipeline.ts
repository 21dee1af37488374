import { CronExpressionParser } from 'cron-parser'
import { sql } from 'kysely'
import {
  type JobHealth,
  type JobId,
  jobIds,
  type Run,
  type RunDetail,
  type RunList,
  type RunListQuery,
  type RunStatus,
  type Timeline,
  type TimelineRun,
} from '../../contract/pipeline.ts'
import { toPage } from '../../contract/queries.ts'
import { hourMs } from '../../contract/time.ts'
import type { Db } from './db.ts'
import { isInProgress } from './runs.ts'

/** A job as stored in pipeline_jobs. `cron` in UTC. */
export type StoredJob = {
  job_id: JobId
  position: number
  cron: string
  timeout_seconds: number
  grace_seconds: number
  next_run_at: string
}

/** Stores the schedule of the workers and deletes jobs that are not in it. */
export const upsertSchedule = (db: Db, jobs: StoredJob[]): Promise<void> =>
  db.transaction().execute(async (tx) => {
    const names = jobs.map(({ job_id }) => job_id)
    await tx.deleteFrom('pipeline_jobs').where('job_id', 'not in', names).execute()
    await tx
      .insertInto('pipeline_jobs')
      .values(jobs)
      .onConflict((conflict) =>
        conflict.column('job_id').doUpdateSet((eb) => ({
          position: eb.ref('excluded.position'),
          cron: eb.ref('excluded.cron'),
          timeout_seconds: eb.ref('excluded.timeout_seconds'),
          grace_seconds: eb.ref('excluded.grace_seconds'),
          next_run_at: eb.ref('excluded.next_run_at'),
        })),
      )
      .execute()
  })

const columns = [
  'id',
  'job_id',
  'job_id as dag_id',
  'status',
  'trigger',
  'attempt',
  'start_time',
  'end_time',
  'records_read',
  'records_processed',
  'records_rejected',
  'error',
  'error as error_message',
  'details',
] as const

const durationSeconds = sql<number>`extract(epoch from coalesce(end_time, now()) - start_time)::float8`

/** One page of the runs, newest first. */
export async function listRuns(db: Db, { page, per_page, job_id, dag_id, status }: RunListQuery): Promise<RunList> {
  const job = job_id ?? dag_id
  const base = db
    .selectFrom('pipeline_runs')
    .$if(job !== undefined, (query) => query.where('job_id', '=', job ?? ''))
    .$if(status !== undefined, (query) => query.where('status', '=', status ?? ''))
  const [counted, items] = await Promise.all([
    base.select(sql<number>`count(*)::int`.as('total')).executeTakeFirstOrThrow(),
    base
      .select([...columns, durationSeconds.as('duration_seconds')])
      .orderBy('id', 'desc')
      .limit(per_page)
      .offset((page - 1) * per_page)
      .execute(),
  ])
  return toPage(items as Run[], counted.total, { page, per_page })
}

/** One run with its log; undefined when there is none. */
export const findRun = (db: Db, id: number): Promise<RunDetail | undefined> =>
  db
    .selectFrom('pipeline_runs')
    .select([...columns, 'log', durationSeconds.as('duration_seconds')])
    .where('id', '=', id)
    .executeTakeFirst() as Promise<RunDetail | undefined>

const minRunsPerJob = 20

/** The runs in progress during the last `hours` before `now` (ms since 1970), and the newest 20 of each job, oldest first. */
export async function findTimeline(db: Db, { now, hours }: { now: number; hours: number }): Promise<Timeline> {
  const [from, to] = [new Date(now - hours * hourMs).toISOString(), new Date(now).toISOString()]
  const { rows } = await sql<TimelineRun>`
    select id, job_id, status, trigger, attempt, start_time, end_time, ${durationSeconds} as duration_seconds,
      records_processed
    from pipeline_runs
    where start_time >= ${from}::timestamptz
      or start_time >= ${from}::timestamptz - interval '1 day' and end_time >= ${from}::timestamptz
      or id in (select newest.id from unnest(${[...jobIds]}::text[]) as j (job_id) cross join lateral (
        select r.id from pipeline_runs r where r.job_id = j.job_id order by r.start_time desc limit ${minRunsPerJob}) newest)
    order by start_time, id`.execute(db)
  return { from, to, runs: rows }
}

type HealthRow = {
  job_id: string
  cron: string | null
  grace_seconds: number | null
  next_run_at: string | null
  is_running: boolean
  status: RunStatus | null
  start_time: string | null
  error: string | null
  last_success_start: string | null
  last_success_at: string | null
  freshness: number | null
  now: string
}

/** Late: the first scheduled time after the last success is past by more than the grace, and no run is in progress. */
function isLate({ cron, grace_seconds, last_success_start, is_running, now }: HealthRow): boolean {
  if (cron === null || last_success_start === null || is_running) return false
  const due = CronExpressionParser.parse(cron, { tz: 'UTC', currentDate: new Date(last_success_start) }).next()
  return Date.parse(now) > due.getTime() + (grace_seconds ?? 0) * 1000
}

const toState = (row: HealthRow): JobHealth['state'] => {
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
    select j.job_id, p.cron, p.grace_seconds,
      case when p.retry_at > now() then least(p.retry_at, p.next_run_at) else p.next_run_at end as next_run_at,
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
      last_run_status: row.status,
      last_run_time: row.start_time,
      last_success_at: row.last_success_at,
      last_error: row.error,
      data_freshness_minutes: row.freshness === null ? null : Math.max(0, row.freshness),
    }
  })
}

/** A version that changes whenever a run writes rows or ends, for caches of what the warehouse holds. */
export async function findWarehouseVersion(db: Db): Promise<string> {
  const { rows } = await sql<{ version: string }>`
    select coalesce(max(id) filter (where status <> 'running'), 0) || ':' ||
      coalesce(extract(epoch from max(end_time)), 0) || ':' || coalesce(sum(records_processed) filter (where status = 'running'), 0) as version
    from pipeline_runs where start_time > now() - interval '1 day'`.execute(db)
  return rows[0]?.version ?? ''
}
