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

const jobWords: Readonly<Record<JobId, { name: string; about: string }>> = {
  ingest_market_data: { name: 'Market snapshot', about: 'Fetches every tracked coin, every 10 minutes' },
  backfill_history: { name: 'History', about: 'Backfills history and fills gaps, every hour' },
  transform_aggregates: { name: 'Daily candles', about: 'Makes the candles of closed days, at 03:00 UTC' },
  compute_analytics: { name: 'Analytics', about: 'Computes risk and correlations, at 04:00 UTC' },
  data_quality_checks: { name: 'Quality checks', about: 'Asks whether the data are sound, after each snapshot' },
}

/** The job of this name; null when there is none. */
export const toJobId = (name: string): JobId | null => jobIds.find((id) => id === name) ?? null

const findWords = (name: string) => {
  const id = toJobId(name)
  return id === null ? undefined : jobWords[id]
}

/** The name of a job in plain words, and what it does. */
export const toJobName = (name: string): string => findWords(name)?.name ?? name
export const toJobAbout = (name: string): string => findWords(name)?.about ?? ''

const jobStates: Record<JobHealth['state'], Status> = {
  healthy: {
    word: 'Healthy',
    icon: CircleCheck,
    tone: 'quiet',
    title: 'The newest run did its work, the next is not due',
  },
  late: { word: 'Late', icon: Clock, tone: 'warn', title: 'The next run is overdue' },
  failing: { word: 'Failing', icon: CircleX, tone: 'bad', title: 'The newest run that ended did not do its work' },
  never_run: { word: 'Never run', icon: CircleDashed, tone: 'quiet', title: 'No run has ended yet' },
}

/** How a job is; a first run in progress is no reason to worry. */
export const toJobStatus = ({ state, is_running }: JobHealth): Status =>
  is_running && (state === 'healthy' || state === 'never_run') ? runStates.running : jobStates[state]

export const runStates: Record<RunStatus, Status> = {
  running: { word: 'Running', icon: LoaderCircle, tone: 'busy', title: 'In progress' },
  success: { word: 'Success', icon: CircleCheck, tone: 'quiet', title: 'It did its work' },
  failed: { word: 'Failed', icon: CircleX, tone: 'bad', title: 'It did not do its work' },
  skipped: {
    word: 'Skipped',
    icon: CircleMinus,
    tone: 'quiet',
    title: 'Nothing to do, or another run was in progress',
  },
  abandoned: { word: 'Abandoned', icon: Unplug, tone: 'bad', title: 'Its worker died' },
  cancelled: { word: 'Cancelled', icon: Ban, tone: 'warn', title: 'Stopped on request' },
}

export const triggerWords: Record<RunTrigger, string> = {
  schedule: 'Scheduled',
  startup: 'Startup',
  manual: 'Manual',
  retry: 'Retry',
}

export const feedStates: Record<FeedReport['state'], Status> = {
  good: { word: 'Streaming', icon: Radio, tone: 'quiet', title: 'Prices come' },
  connecting: { word: 'Connecting', icon: LoaderCircle, tone: 'busy', title: 'The connection is being made' },
  off: { word: 'Standing by', icon: CirclePause, tone: 'quiet', title: 'A better feed is in use' },
  waiting: { word: 'Lost', icon: CircleX, tone: 'bad', title: 'It failed and is tried again' },
  resting: {
    word: 'Resting',
    icon: CircleSlash,
    tone: 'warn',
    title: 'It failed too often or refuses us, and is left alone',
  },
}

/** Why prices were refused, after a count: `3 jumped too far`. */
export const refusalWords: Record<Refusal, string> = {
  garbage: 'no price, or of no coin here',
  older: 'older than one before',
  equal: 'repeated',
  future: 'from the future',
  jump: 'jumped over 20%',
  no_rate: 'without a dollar rate',
  clock: "not datable: this machine's clock is wrong",
}
