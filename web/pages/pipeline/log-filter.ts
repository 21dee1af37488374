import type { RunDetail } from '@contract/pipeline.ts'

type Log = RunDetail['log']

/** From the least severe: each includes those after it. */
export const logLevels = ['info', 'warn', 'error'] as const
export type LogLevel = (typeof logLevels)[number]

const ownFields = ['time', 'level', 'message']

export const toText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

/** The other fields of a log line: `read 50 · written 50`. */
export const toFields = (line: Log[number]): string =>
  Object.entries(line)
    .filter(([name]) => !ownFields.includes(name))
    .map(([name, value]) => `${name} ${toText(value)}`)
    .join(' · ')

const toLine = (line: Log[number]): string =>
  [toText(line.time), toText(line.level).padEnd(5), toText(line.message), toFields(line)].join(' ').trimEnd()

/** The lines of a level or a more severe one that contain the text, in any case. */
export function filterLog(log: Log, { level, text }: { level: LogLevel; text: string }): Log {
  const allowed: readonly string[] = logLevels.slice(logLevels.indexOf(level))
  const wanted = text.trim().toLowerCase()
  return log.filter(
    (line) => (level === 'info' || allowed.includes(toText(line.level))) && toLine(line).toLowerCase().includes(wanted),
  )
}

/** A log as text, one line each. */
export const toLogText = (log: Log): string => log.map((line) => `${toLine(line)}\n`).join('')
