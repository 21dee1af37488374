import { sql } from 'kysely'
import {
  type ChainedRun,
  type JobId,
  jobIds,
  type Run,
  type RunDetail,
  type RunList,
  type RunListQuery,
  type Timeline,
  type TimelineRun,
} from '../../contract/pipeline.ts'
import { toPage } from '../../contract/queries.ts'
import { hourMs } from '../../contract/time.ts'
import type { Db } from './db.ts'

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

/** Attempts of a retry chain on each side of a run. */
const maxChain = 50

/** The run, the attempts that it retries and the retries of it, oldest first. */
async function listChain(db: Db, id: number): Promise<ChainedRun[]> {
  const { rows } = await sql<ChainedRun>`
    with recursive earlier (id, retry_of, depth) as (
      select id, retry_of, 0 from pipeline_runs where id = ${id}
      union all select r.id, r.retry_of, e.depth + 1 from earlier e join pipeline_runs r on r.id = e.retry_of
        where e.depth < ${maxChain}
    ), later (id, depth) as (
      select ${id}::int, 0
      union all select r.id, l.depth + 1 from later l join pipeline_runs r on r.retry_of = l.id where l.depth < ${maxChain}
    )
    select id, status, trigger, attempt, start_time, end_time, ${durationSeconds} as duration_seconds, error, retry_at,
      extract(epoch from start_time - lag(end_time) over (order by id))::float8 as wait_seconds
    from pipeline_runs where id in (select id from earlier union select id from later)
    order by id`.execute(db)
  return rows
}

/** One run with its log, source requests and retry chain; undefined when there is none. */
export async function findRun(db: Db, id: number): Promise<RunDetail | undefined> {
  const [run, chain] = await Promise.all([
    db
      .selectFrom('pipeline_runs')
      .select([...columns, 'requests', 'log', durationSeconds.as('duration_seconds')])
      .where('id', '=', id)
      .executeTakeFirst(),
    listChain(db, id),
  ])
  return run === undefined ? undefined : ({ ...run, chain } as RunDetail)
}

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

/** A version that changes whenever a run writes rows or ends, for caches of what the warehouse holds. */
export async function findWarehouseVersion(db: Db): Promise<string> {
  const { rows } = await sql<{ version: string }>`
    select coalesce(max(id) filter (where status <> 'running'), 0) || ':' ||
      coalesce(extract(epoch from max(end_time)), 0) || ':' || coalesce(sum(records_processed) filter (where status = 'running'), 0) as version
    from pipeline_runs where start_time > now() - interval '1 day'`.execute(db)
  return rows[0]?.version ?? ''
}
