import type { FeedReport, Refusal } from '@contract/live.ts'
import type { JobHealth, JobId, RunStatus, RunTrigger } from '@contract/pipeline.ts'
import {
  Ban,
  CircleCheck,
  CircleDashed,
  CircleMinus,
  CirclePause,
  CircleSlash,
  CircleX,
  Clock,
  LoaderCircle,
  Radio,
  Unplug,
} from 'lucide-react'
import type { Status } from '@/components/ui/status-word'
import { jobIds } from '../../../contract/lists.ts'

const jobLabels: Readonly<Record<JobId, { name: string; about: string }>> = {
  ingest_market_data: { name: 'Market snapshot', about: 'Fetches the market data of all tracked coins' },
  exchange_candles: { name: 'Exchange candles', about: 'Fetches true OHLCV from exchanges' },
  backfill_history: { name: 'History backfill', about: 'Backfills history and fills gaps' },
  transform_aggregates: { name: 'Daily candles', about: 'Builds the candles of closed days' },
  compute_analytics: { name: 'Analytics', about: 'Computes risk metrics and correlations' },
  data_quality_checks: { name: 'Quality checks', about: 'Runs the data quality checks' },
}

/** Null for an unknown job. */
export const toJobId = (name: string): JobId | null => jobIds.find((id) => id === name) ?? null

const findLabels = (name: string) => {
  const id = toJobId(name)
  return id === null ? undefined : jobLabels[id]
}

export const toJobName = (name: string): string => findLabels(name)?.name ?? name
export const toJobAbout = (name: string): string => findLabels(name)?.about ?? ''

const jobStates: Record<JobHealth['state'], Status> = {
  healthy: {
    word: 'Healthy',
    icon: CircleCheck,
    tone: 'quiet',
    title: 'Last run succeeded, next run not due yet',
  },
  late: { word: 'Late', icon: Clock, tone: 'warn', title: 'Next run is overdue' },
  failing: { word: 'Failing', icon: CircleX, tone: 'bad', title: 'Last completed run failed' },
  never_run: { word: 'Never run', icon: CircleDashed, tone: 'quiet', title: 'No completed run yet' },
  paused: {
    word: 'Paused',
    icon: CirclePause,
    tone: 'warn',
    title: 'Paused by an administrator. Only manual runs start',
  },
}

/** A run in progress shows as running, unless the job is late, failing or paused. */
export const toJobStatus = ({ state, is_running }: Pick<JobHealth, 'state' | 'is_running'>): Status =>
  is_running && (state === 'healthy' || state === 'never_run') ? runStates.running : jobStates[state]

export const runStates: Record<RunStatus, Status> = {
  running: { word: 'Running', icon: LoaderCircle, tone: 'busy', title: 'In progress' },
  success: { word: 'Success', icon: CircleCheck, tone: 'quiet', title: 'Completed' },
  failed: { word: 'Failed', icon: CircleX, tone: 'bad', title: 'Ended with an error' },
  skipped: {
    word: 'Skipped',
    icon: CircleMinus,
    tone: 'quiet',
    title: 'Nothing to do, or another run was in progress',
  },
  abandoned: { word: 'Abandoned', icon: Unplug, tone: 'bad', title: 'Worker process died' },
  cancelled: { word: 'Cancelled', icon: Ban, tone: 'warn', title: 'Cancelled on request' },
}

export const triggerLabels: Record<RunTrigger, string> = {
  schedule: 'Scheduled',
  startup: 'Startup',
  manual: 'Manual',
  retry: 'Retry',
}

export const sourceStates: Record<FeedReport['state'], Status> = {
  good: { word: 'Streaming', icon: Radio, tone: 'quiet', title: 'Receiving prices' },
  connecting: { word: 'Connecting', icon: LoaderCircle, tone: 'busy', title: 'Opening the connection' },
  off: { word: 'Standby', icon: CirclePause, tone: 'quiet', title: 'A preferred source is active' },
  waiting: { word: 'Disconnected', icon: CircleX, tone: 'bad', title: 'Connection lost, retrying' },
  resting: {
    word: 'Paused after errors',
    icon: CircleSlash,
    tone: 'warn',
    title: 'Failed too often or refused the connection',
  },
}

/** Why prices were rejected, after a count: `3 duplicates`. */
export const rejectionLabels: Record<Refusal, string> = {
  garbage: 'invalid or of unknown coins',
  older: 'out of order',
  equal: 'duplicates',
  future: 'with a future timestamp',
  jump: 'implausible jumps',
  no_rate: 'without a USD rate',
  clock: 'while the system clock was wrong',
}
