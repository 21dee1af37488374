import { Type } from 'typebox'
import { jobIds, runStatuses } from './lists.ts'
import { CoinIdText, Page, pageQuery } from './queries.ts'
import { Day, Instant, Nullable } from './units.ts'

export { jobIds }

export const JobId = Type.Enum([...jobIds])
export type JobId = (typeof jobIds)[number]

export const RunStatus = Type.Enum([...runStatuses], {
  description:
    'skipped: nothing to do, or another run of the job was in progress; abandoned: the worker died; cancelled: stopped on request',
})
export type RunStatus = (typeof runStatuses)[number]

const runTriggers = ['schedule', 'startup', 'manual', 'retry'] as const
export type RunTrigger = (typeof runTriggers)[number]

const deprecatedJobId = Type.String({ description: 'as job_id, for older clients', deprecated: true })

/** One attempt of a job. Rows read = written (`records_processed`) + rejected. */
export const Run = Type.Object({
  id: Type.Integer(),
  job_id: Type.String(),
  dag_id: deprecatedJobId,
  status: RunStatus,
  trigger: Type.Enum([...runTriggers]),
  attempt: Type.Integer(),
  start_time: Instant,
  end_time: Nullable(Instant),
  duration_seconds: Type.Number({ description: 'until now while running' }),
  records_read: Nullable(Type.Integer()),
  records_processed: Nullable(Type.Integer()),
  records_rejected: Nullable(Type.Integer()),
  error: Nullable(Type.String()),
  error_message: Nullable(Type.String({ description: 'as error, for older clients', deprecated: true })),
  details: Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true }),
})
export type Run = Type.Static<typeof Run>

/** A request of a run to a source. `endpoint`: the path; `retries`: failures of the same request before it in the run. */
export const RunRequest = Type.Object({
  number: Type.Integer({ minimum: 1, description: 'position among all requests of the run' }),
  at: Instant,
  endpoint: Type.String(),
  status: Nullable(Type.Integer({ description: 'HTTP status; null without a response' })),
  ms: Type.Integer({ description: 'until the response was read' }),
  waited_ms: Type.Integer({ description: 'wait for the rate limit before the request' }),
  retries: Type.Integer(),
  error: Nullable(Type.String()),
})
export type RunRequest = Type.Static<typeof RunRequest>

/** An attempt of a retry chain. */
export const ChainedRun = Type.Object({
  id: Type.Integer(),
  status: RunStatus,
  trigger: Type.Enum([...runTriggers]),
  attempt: Type.Integer(),
  start_time: Instant,
  end_time: Nullable(Instant),
  duration_seconds: Type.Number(),
  error: Nullable(Type.String()),
  retry_at: Nullable(Type.String({ format: 'date-time', description: 'planned time of the retry; null: none' })),
  wait_seconds: Nullable(Type.Number({ description: 'since the end of the attempt before; null for the first' })),
})
export type ChainedRun = Type.Static<typeof ChainedRun>

/**
 * A run with its log lines and source requests, oldest first: the first 50 and the last 150 of each. `chain`: the run, the
 * attempts that it retries and the retries of it, oldest first, up to 50 on each side.
 */
export const RunDetail = Type.Object({
  ...Run.properties,
  requests: Type.Array(RunRequest),
  chain: Type.Array(ChainedRun),
  log: Type.Array(Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true })),
})
export type RunDetail = Type.Static<typeof RunDetail>

/** A node of a Citus cluster. `name`: its host and port. */
export const DatabaseNode = Type.Object({
  name: Type.String(),
  role: Type.Enum(['coordinator', 'worker']),
  is_reachable: Type.Boolean(),
  shards: Type.Integer(),
})
export type DatabaseNode = Type.Static<typeof DatabaseNode>

export const RunListQuery = Type.Object({
  ...pageQuery,
  job_id: Type.Optional(JobId),
  dag_id: Type.Optional(Type.Enum([...jobIds], { description: 'as job_id, for older clients', deprecated: true })),
  status: Type.Optional(RunStatus),
})
export type RunListQuery = Type.Static<typeof RunListQuery>

export const RunList = Page(Run)
export type RunList = Type.Static<typeof RunList>

const { id, job_id, status, trigger, attempt, start_time, end_time, duration_seconds, records_processed } =
  Run.properties

/** The runs in progress between `from` and `to`, and the newest 20 of each job, oldest first. */
export const Timeline = Type.Object({
  from: Instant,
  to: Instant,
  runs: Type.Array(
    Type.Object({
      id,
      job_id,
      status,
      trigger,
      attempt,
      start_time,
      end_time,
      duration_seconds,
      records_processed,
    }),
  ),
})
export type Timeline = Type.Static<typeof Timeline>
export type TimelineRun = Timeline['runs'][number]

export const RunParams = Type.Object({ id: Type.Integer({ minimum: 1, maximum: 2_147_483_647 }) })

/**
 * Job health by the age of the last success. `late`: the first scheduled time after it is past by more than the grace,
 * and no run is in progress; `failing`: the newest ended run failed; `never_run`: no run has ended; `paused`: only manual
 * runs start, which comes before the other states. `next_run_at`: the next scheduled time or the pending retry, whichever
 * is first; null while paused.
 */
export const JobHealth = Type.Object({
  job_id: Type.String(),
  dag_id: deprecatedJobId,
  state: Type.Enum(['healthy', 'late', 'failing', 'never_run', 'paused']),
  is_healthy: Type.Boolean(),
  is_running: Type.Boolean(),
  schedule: Nullable(Type.String({ description: 'cron expression, UTC; null until a worker has started' })),
  next_run_at: Nullable(Instant),
  paused_at: Nullable(Instant),
  last_run_status: Type.Unsafe<RunStatus | null>({ enum: [...runStatuses, null] }),
  last_run_time: Nullable(Instant),
  last_success_at: Nullable(Instant),
  last_error: Nullable(Type.String()),
  data_freshness_minutes: Nullable(
    Type.Integer({
      minimum: 0,
      description: 'age of the newest price of the source (ingest) or of the last success; null when the job never ran',
    }),
  ),
})
export type JobHealth = Type.Static<typeof JobHealth>

/** The run is queued. Once a worker starts it, it is in the list of runs with the trigger `manual`. */
export const RunRequested = Type.Object({ job_id: Type.String(), message: Type.String() })

export const RunCancelled = Type.Object({ id: Type.Integer(), job_id: Type.String(), message: Type.String() })

/** The job after it was paused or resumed. */
export const JobPaused = Type.Object({ job_id: Type.String(), paused_at: Nullable(Instant), message: Type.String() })

/** History of a coin to fetch again, by its numeric or CoinGecko id, from the first to the last UTC day, both included. */
export const BackfillBody = Type.Object({
  coin: CoinIdText,
  from: Day,
  to: Day,
})
export type BackfillBody = Type.Static<typeof BackfillBody>

/** `failed`: the source has no such history. A request stays queued while the source can't be reached. */
export const BackfillRequest = Type.Object({
  id: Type.Integer(),
  coin_id: Type.Integer(),
  coingecko_id: Type.String(),
  name: Type.String(),
  from: Day,
  to: Day,
  requested_at: Instant,
  status: Type.Enum(['queued', 'done', 'failed']),
  ended_at: Nullable(Instant),
  run_id: Nullable(Type.Integer({ description: 'the run that ended the request' })),
  points_written: Type.Integer(),
  points_held: Type.Integer({ description: 'already present at the same or a finer granularity' }),
  error: Nullable(Type.String()),
})
export type BackfillRequest = Type.Static<typeof BackfillRequest>
