import type { RunStatus, Timeline, TimelineRun } from '@contract/pipeline.ts'

const hourMs = 3_600_000

/** A run on its lane; places in percent of the width. */
export type Mark = { run: TimelineRun; left: number; width: number; failed: boolean }

export type Lane = { job_id: string; marks: Mark[]; failures: number }

const failures: readonly RunStatus[] = ['failed', 'abandoned']

const isFailure = (status: RunStatus): boolean => failures.includes(status)

/**
 * One lane for each of these jobs, its runs from the oldest on. A run is cut at the edges of the time that is shown, one in progress
 * reaches to its end, and one that ended before it is left out.
 */
export function toLanes({ from, to, runs }: Timeline, jobIds: readonly string[]): Lane[] {
  const [start, end] = [Date.parse(from), Date.parse(to)]
  const toPlace = (ms: number) => (100 * (Math.min(end, Math.max(start, ms)) - start)) / (end - start)
  const toMark = (run: TimelineRun): Mark | null => {
    const ended = run.end_time === null ? end : Date.parse(run.end_time)
    if (ended < start || Date.parse(run.start_time) > end) return null
    const left = toPlace(Date.parse(run.start_time))
    return { run, left, width: toPlace(ended) - left, failed: isFailure(run.status) }
  }
  return jobIds.map((job_id) => {
    const marks = runs.flatMap((run) => (run.job_id === job_id ? (toMark(run) ?? []) : []))
    marks.sort((a, b) => a.left - b.left || a.run.id - b.run.id)
    return { job_id, marks, failures: marks.filter(({ failed }) => failed).length }
  })
}

/** As they are drawn: what failed comes last, so that nothing hides it. */
export const toDrawingOrder = (marks: readonly Mark[]): Mark[] => [
  ...marks.filter(({ failed }) => !failed),
  ...marks.filter(({ failed }) => failed),
]

/** The full hours that the axis names, with their places in percent. */
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

/** The mark at a place in percent, or the next to it; within `reach` percent a failed one is meant. -1: there is none. */
export function findMark(marks: readonly Mark[], place: number, reach: number): number {
  const away = ({ left, width }: Mark) => Math.max(0, left - place, place - left - width)
  const pick = (wanted: (mark: Mark) => boolean) =>
    marks.reduce((best, mark, index) => {
      const nearest = marks[best]
      return wanted(mark) && (nearest === undefined || away(mark) < away(nearest)) ? index : best
    }, -1)
  const failed = pick((mark) => mark.failed && away(mark) <= reach)
  return failed >= 0 ? failed : pick(() => true)
}

/** How long the newest runs of a job that did their work took, in s, oldest first. */
export const toDurations = (runs: readonly TimelineRun[], jobId: string, count: number): number[] =>
  runs
    .filter(({ job_id, status }) => job_id === jobId && status === 'success')
    .slice(-count)
    .map(({ duration_seconds }) => duration_seconds)

/** The newest run of a job that began at this instant, or began last. */
export const findLastRun = (runs: readonly TimelineRun[], jobId: string, startedAt: string | null) =>
  runs.findLast(({ job_id, start_time }) => job_id === jobId && (startedAt === null || start_time === startedAt))
