import type { JobId } from '../../contract/pipeline.ts'
import type { Step } from '../app/module.ts'
import { AppError } from '../errors.ts'
import type { JobProgress } from '../jobs/job.ts'
import { createLog, type Log } from '../log.ts'

const silentMs = 1000
const lineIntervalMs = 30_000
const barWidth = 16
const clearLine = '\r\x1b[K'

/** On a terminal the progress bar of a long job stays below other output. */
const draws = process.stderr.isTTY
let bar = ''
let printedAt = 0

function writeAbove(write: () => void): void {
  if (bar !== '') process.stderr.write(clearLine)
  write()
  if (bar !== '') process.stderr.write(bar)
}

/** The value of an option `--name`: a whole number from 0 to `max`. */
export function toInteger(name: string, text: string, max: number): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isInteger(value) || value < 0 || value > max)
    throw new AppError('bad_request', `--${name} must be a whole number up to ${max} (got "${text}")`)
  return value
}

let asJson = false

/** Makes `answer` print JSON. */
export const answerAsJson = (): void => {
  asJson = true
}

/** Prints the result of a command on standard output: `lines`, or with `--json` the JSON of `data`. */
export function answer(lines: string | readonly string[], data: unknown): void {
  const text = asJson ? JSON.stringify(data) : [lines].flat().join('\n')
  writeAbove(() => process.stdout.write(`${text}\n`))
}

/** Prints progress on standard error. Standard output is for results only. */
export const say = (line: string): void => writeAbove(() => process.stderr.write(`${line}\n`))

/** A log on standard error: readable on a terminal, JSON elsewhere. */
export const createTerminalLog = (level: string): Log =>
  process.stderr.isTTY
    ? createLog({ pretty: true, level, write: (line) => writeAbove(() => process.stderr.write(line)) })
    : createLog({ pretty: false, level })

const toBarText = (done: number, total: number): string => {
  const filled = Math.round((barWidth * done) / total)
  return `${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)} ${done}/${total}`
}

const toBar = (job: JobId, { read, details }: JobProgress): string => {
  const { coins_done, coins_total, calls_left, seconds_left, months_done, months_total } = details ?? {}
  if (typeof months_done === 'number' && typeof months_total === 'number' && months_total > 0)
    return `  ${job} ${toBarText(months_done, months_total)} months, ${read} rows`
  if (typeof coins_done !== 'number' || typeof coins_total !== 'number' || coins_total === 0)
    return `  ${job}: ${read} rows`
  const coins = `  ${job} ${toBarText(coins_done, coins_total)} coins`
  if (typeof calls_left !== 'number') return `${coins}, ${read} rows`
  return `${coins}, ${calls_left} calls left, ${toDuration(Number(seconds_left))} left`
}

const toDuration = (seconds: number): string =>
  seconds < 90
    ? `${seconds} s`
    : seconds < 5400
      ? `${Math.round(seconds / 60)} min`
      : seconds < 172_800
        ? `${(seconds / 3600).toFixed(1)} h`
        : `${(seconds / 86_400).toFixed(1)} days`

/** Shows the progress of a job: in place on a terminal, one line per 30 s elsewhere. Null: the job is finished. */
export function showProgress(job: JobId, progress: JobProgress | null): void {
  const text = progress === null ? '' : toBar(job, progress)
  if (draws) {
    if (bar !== '') process.stderr.write(clearLine)
    bar = text.slice(0, process.stderr.columns - 1)
    process.stderr.write(bar)
  } else if (text !== '' && Date.now() - printedAt >= lineIntervalMs) {
    printedAt = Date.now()
    say(text)
  }
}

const toSeconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`

/** Runs a step and reports it when it takes over a second. */
export const step: Step = async (name, work) => {
  const started = Date.now()
  const counts = process.stderr.isTTY
  let isShown = false
  const timer = setInterval(() => {
    if (counts) process.stderr.write(`\r  ${name} ... ${Math.round((Date.now() - started) / 1000)} s`)
    else if (!isShown) say(`  ${name} ...`)
    isShown = true
  }, silentMs)
  try {
    const result = await work()
    if (isShown) say(`${counts ? '\r' : ''}  ${name}: ${toSeconds(Date.now() - started)}   `)
    return result
  } catch (error) {
    if (isShown && counts) process.stderr.write('\n')
    throw error
  } finally {
    clearInterval(timer)
  }
}
