import { Counter, Gauge, type Registry } from 'prom-client'
import { severities } from '../../contract/lists.ts'
import { checkStatuses } from '../../contract/quality.ts'
import { systemClock, toSeconds } from '../clock.ts'
import { findLatestResults } from '../quality/summary.ts'
import { type Db, isAlive } from '../warehouse/db.ts'
import { isUnavailable } from '../warehouse/failures.ts'
import { countRuns, findNewestRows } from '../warehouse/health.ts'
import { listOpenIncidents } from '../warehouse/incidents.ts'
import { listJobHealth } from '../warehouse/job-health.ts'

const jobStates = ['healthy', 'late', 'failing', 'never_run', 'paused'] as const

/** On a cluster, a node that is down leaves out only these values. */
const toNone = (error: unknown): Record<string, number | null> => {
  if (!isUnavailable(error)) throw error
  return {}
}

async function readHealth(db: Db) {
  const now = systemClock.now()
  const [jobs, runs, newest, { checks, scores }, incidents] = await Promise.all([
    listJobHealth(db),
    countRuns(db),
    findNewestRows(db, now).catch(toNone),
    findLatestResults(db, now),
    listOpenIncidents(db),
  ])
  return { jobs, runs, newest, checks, scores, incidents }
}
type Health = Awaited<ReturnType<typeof readHealth>>

/** Label values and a value. Null: no value. */
type Sample = [labels: string[], value: number | null]
type Family = { name: string; help: string; labels: string[]; list: (health: Health) => Sample[] }

const toInstant = (instant: string | null): number | null => (instant === null ? null : toSeconds(instant))

const gauges: Family[] = [
  {
    name: 'job_state',
    help: '1 for the current state of a job',
    labels: ['job_id', 'state'],
    list: ({ jobs }) =>
      jobs.flatMap((job) => jobStates.map((name): Sample => [[job.job_id, name], Number(name === job.state)])),
  },
  {
    name: 'job_running',
    help: '1 while a run of a job is in progress',
    labels: ['job_id'],
    list: ({ jobs }) => jobs.map((job) => [[job.job_id], Number(job.is_running)]),
  },
  {
    name: 'job_last_run_timestamp_seconds',
    help: 'Start time of the last run of a job, excluding idle runs',
    labels: ['job_id'],
    list: ({ jobs }) => jobs.map((job) => [[job.job_id], toInstant(job.last_run_time)]),
  },
  {
    name: 'job_last_success_timestamp_seconds',
    help: 'Time of the last success of a job',
    labels: ['job_id'],
    list: ({ jobs }) => jobs.map((job) => [[job.job_id], toInstant(job.last_success_at)]),
  },
  {
    name: 'job_next_run_timestamp_seconds',
    help: 'Time of the next scheduled run of a job',
    labels: ['job_id'],
    list: ({ jobs }) => jobs.map((job) => [[job.job_id], toInstant(job.next_run_at)]),
  },
  {
    name: 'table_newest_row_timestamp_seconds',
    help: 'Timestamp of the newest row of a table. For daily candles: the start of the day',
    labels: ['table'],
    list: ({ newest }) => Object.entries(newest).map(([table, seconds]) => [[table], seconds]),
  },
  {
    name: 'table_quality_score',
    help: 'Percentage of passed checks of a table. A warning counts half',
    labels: ['table'],
    list: ({ scores }) => [...scores].map(([table, score]) => [[table], score]),
  },
  {
    name: 'check_status',
    help: '1 for the status of the latest result of a check',
    labels: ['check', 'status'],
    list: ({ checks }) =>
      checks.flatMap(({ check_name, status }) =>
        checkStatuses.map((name): Sample => [[check_name, name], Number(name === status)]),
      ),
  },
  {
    name: 'check_last_run_timestamp_seconds',
    help: 'Time of the latest result of a check',
    labels: ['check'],
    list: ({ checks }) => checks.map(({ check_name, executed_at }) => [[check_name], toInstant(executed_at)]),
  },
  {
    name: 'incidents_open',
    help: 'Open incidents, excluding those that belong to another incident',
    labels: ['severity'],
    list: ({ incidents }) =>
      severities.map((severity) => [[severity], incidents.filter((incident) => incident.severity === severity).length]),
  },
  {
    name: 'incident_opened_timestamp_seconds',
    help: 'Time at which an open incident was opened',
    labels: ['check', 'severity'],
    list: ({ incidents }) =>
      incidents.map(({ check_name, severity, opened_at }) => [[check_name, severity], toInstant(opened_at)]),
  },
]

const counters: Family[] = [
  {
    name: 'job_runs_total',
    help: 'Finished runs of a job by status',
    labels: ['job_id', 'status'],
    list: ({ runs }) =>
      runs.filter(({ status }) => status !== 'running').map((row) => [[row.job_id, row.status], row.runs]),
  },
  {
    name: 'job_run_seconds_total',
    help: 'Total duration of the finished runs of a job',
    labels: ['job_id', 'status'],
    list: ({ runs }) =>
      runs.filter(({ status }) => status !== 'running').map((row) => [[row.job_id, row.status], row.seconds]),
  },
  {
    name: 'job_rows_written_total',
    help: 'Rows written by the runs of a job',
    labels: ['job_id', 'status'],
    list: ({ runs }) => runs.map((row) => [[row.job_id, row.status], row.rows]),
  },
]

/**
 * Registers the metrics of jobs, data, checks and incidents. A scrape reads the warehouse once. Values are timestamps,
 * not ages: an alert computes `time() - ...`. Without a database only `cryptoflow_warehouse_up` has a value, 0.
 */
export function addWarehouse(registry: Registry, db: Db): void {
  let reading: Promise<Health | null> | undefined
  const read = () => {
    reading ??= isAlive(db)
      .then((alive) => (alive ? readHealth(db) : null))
      .catch((error: unknown) => {
        if (isUnavailable(error)) return null
        throw error
      })
      .finally(() => {
        reading = undefined
      })
    return reading
  }
  const registers = [registry]
  for (const [Metric, families] of [[Gauge, gauges] as const, [Counter, counters] as const])
    for (const { name, help, labels: labelNames, list } of families)
      new Metric({
        name: `cryptoflow_${name}`,
        help,
        labelNames,
        registers,
        async collect() {
          const health = await read()
          this.reset()
          for (const [labels, value] of health === null ? [] : list(health))
            if (value !== null) this.labels(...labels).inc(value)
        },
      })
  new Gauge({
    name: 'cryptoflow_warehouse_up',
    help: '1 when the database is reachable',
    registers,
    async collect() {
      this.set(Number((await read()) !== null))
    },
  })
}
