import type { JobId } from '../../contract/pipeline.ts'
import type { Step } from '../app/module.ts'
import type { JobProgress } from '../jobs/job.ts'
import { createLog, type Log } from '../log.ts'

const patienceMs = 1000
const quietMs = 30_000
const barWidth = 16
const clearLine = '\r\x1b[K'

/** The progress of a long job stays below everything that is written, where the terminal can be drawn on. */
const draws = process.stderr.isTTY
let bar = ''
let toldAt = 0

function writeAbove(write: () => void): void {
  if (bar !== '') process.stderr.write(clearLine)
  write()
  if (bar !== '') process.stderr.write(bar)
}

let asJson = false

/** Makes `answer` print JSON, for scripts. */
export const answerAsJson = (): void => {
  asJson = true
}

/** The result of a command, on standard output: `lines` for a person, or with `--json` one JSON document of `data`. */
export function answer(lines: string | readonly string[], data: unknown): void {
  const text = asJson ? JSON.stringify(data) : [lines].flat().join('\n')
  writeAbove(() => process.stdout.write(`${text}\n`))
}

/** Progress for the person at the terminal. Standard error, so that standard output holds results alone. */
export const say = (line: string): void => writeAbove(() => process.stderr.write(`${line}\n`))

/** The log as it belongs on standard error: readable on a terminal, JSON elsewhere. */
export const createTerminalLog = (level: string): Log =>
  process.stderr.isTTY
    ? createLog({ pretty: true, level, write: (line) => writeAbove(() => process.stderr.write(line)) })
    : createLog({ pretty: false, level })

const toPicture = (done: number, total: number): string => {
  const filled = Math.round((barWidth * done) / total)
  return `${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)} ${done}/${total}`
}

const toBar = (job: JobId, { read, details }: JobProgress): string => {
  const { coins_done, coins_total, calls_left, seconds_left, months_done, months_total } = details ?? {}
  if (typeof months_done === 'number' && typeof months_total === 'number' && months_total > 0)
    return `  ${job} ${toPicture(months_done, months_total)} months, ${read} rows`
  if (typeof coins_done !== 'number' || typeof coins_total !== 'number' || coins_total === 0)
    return `  ${job}: ${read} rows`
  return `  ${job} ${toPicture(coins_done, coins_total)} coins, ${calls_left} calls left, ${toDuration(Number(seconds_left))} left`
}

const toDuration = (seconds: number): string =>
  seconds < 90
    ? `${seconds} s`
    : seconds < 5400
      ? `${Math.round(seconds / 60)} min`
      : `${(seconds / 3600).toFixed(1)} h`

/** Shows how far a job is: redrawn in place on a terminal, a line in 30 s elsewhere. Null: the job has ended. */
export function showProgress(job: JobId, progress: JobProgress | null): void {
  const text = progress === null ? '' : toBar(job, progress)
  if (draws) {
    if (bar !== '') process.stderr.write(clearLine)
    bar = text.slice(0, process.stderr.columns - 1)
    process.stderr.write(bar)
  } else if (text !== '' && Date.now() - toldAt >= quietMs) {
    toldAt = Date.now()
    say(text)
  }
}

const toSeconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`

/** Runs a step; says that it runs when it takes over a second, counts the seconds on a terminal, and says when it ended. */
export const step: Step = async (name, work) => {
  const started = Date.now()
  const counts = process.stderr.isTTY
  let told = false
  const timer = setInterval(() => {
    if (counts) process.stderr.write(`\r  ${name} ... ${Math.round((Date.now() - started) / 1000)} s`)
    else if (!told) say(`  ${name} ...`)
    told = true
  }, patienceMs)
  try {
    const result = await work()
    if (told) say(`${counts ? '\r' : ''}  ${name}: ${toSeconds(Date.now() - started)}   `)
    return result
  } catch (error) {
    if (told && counts) process.stderr.write('\n')
    throw error
  } finally {
    clearInterval(timer)
  }
}
