import type { RunStatus, Timeline, TimelineRun } from '@contract/pipeline.ts'
import { hourMs } from '../../../contract/time.ts'

/** A run in the timeline; `left` and `width` in percent. */
export type Mark = { run: TimelineRun; left: number; width: number; failed: boolean }

export type JobTimeline = { job_id: string; marks: Mark[]; failures: number }

const failures: readonly RunStatus[] = ['failed', 'abandoned']

const isFailure = (status: RunStatus): boolean => failures.includes(status)

/**
 * One timeline per job, runs oldest first. Runs are clipped to the time shown, a run in progress lasts until its end, and
 * runs outside it are left out.
 */
export function toJobTimelines({ from, to, runs }: Timeline, jobIds: readonly string[]): JobTimeline[] {
  const [start, end] = [Date.parse(from), Date.parse(to)]
  const toPercent = (ms: number) => (100 * (Math.min(end, Math.max(start, ms)) - start)) / (end - start)
  const toMark = (run: TimelineRun): Mark | null => {
    const ended = run.end_time === null ? end : Date.parse(run.end_time)
    if (ended < start || Date.parse(run.start_time) > end) return null
    const left = toPercent(Date.parse(run.start_time))
    return { run, left, width: toPercent(ended) - left, failed: isFailure(run.status) }
  }
  return jobIds.map((job_id) => {
    const marks = runs.flatMap((run) => (run.job_id === job_id ? (toMark(run) ?? []) : []))
    marks.sort((a, b) => a.left - b.left || a.run.id - b.run.id)
    return { job_id, marks, failures: marks.filter(({ failed }) => failed).length }
  })
}

/** Failed runs are drawn last, on top of the others. */
export const toDrawingOrder = (marks: readonly Mark[]): Mark[] => [
  ...marks.filter(({ failed }) => !failed),
  ...marks.filter(({ failed }) => failed),
]

/** The full hours on the axis, with their positions in percent. */
export function toTicks(
  { from, to }: Pick<Timeline, 'from' | 'to'>,
  everyHours: number,
): { at: number; left: number }[] {
  const [start, end] = [Date.parse(from), Date.parse(to)]
  const step = everyHours * hourMs
  const ticks = []
  for (let at = Math.ceil(start / step) * step; at <= end; at += step)
    ticks.push({ at, left: (100 * (at - start)) / (end - start) })
  return ticks
}

/** The index of the mark nearest to a position in percent; a failed one within `reach` percent wins. -1 without marks. */
export function findMark(marks: readonly Mark[], position: number, reach: number): number {
  const distance = ({ left, width }: Mark) => Math.max(0, left - position, position - left - width)
  const pick = (wanted: (mark: Mark) => boolean) =>
    marks.reduce((best, mark, index) => {
      const nearest = marks[best]
      return wanted(mark) && (nearest === undefined || distance(mark) < distance(nearest)) ? index : best
    }, -1)
  const failed = pick((mark) => mark.failed && distance(mark) <= reach)
  return failed >= 0 ? failed : pick(() => true)
}

/** The durations of the newest successful runs of a job in s, oldest first. */
export const toDurations = (runs: readonly TimelineRun[], jobId: string, count: number): number[] =>
  runs
    .filter(({ job_id, status }) => job_id === jobId && status === 'success')
    .slice(-count)
    .map(({ duration_seconds }) => duration_seconds)

/** The newest run of a job, or the one that started at `startedAt`. */
export const findLastRun = (runs: readonly TimelineRun[], jobId: string, startedAt: string | null) =>
  runs.findLast(({ job_id, start_time }) => job_id === jobId && (startedAt === null || start_time === startedAt))
