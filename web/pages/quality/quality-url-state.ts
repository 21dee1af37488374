import { checkNames } from '@contract/lists.ts'
import { createSerializer, parseAsInteger, parseAsStringLiteral } from 'nuqs/server'

/** Hours of a check's history that a reader may choose, as text for the URL. */
const historySpans = ['24', '168', '720'] as const
export type HistorySpan = (typeof historySpans)[number]

/** What the URL of the quality page says: the check that is open, the verdict that is looked at, and how far back. */
export const qualityParsers = {
  check: parseAsStringLiteral(checkNames),
  verdict: parseAsInteger,
  hours: parseAsStringLiteral(historySpans).withDefault('24'),
  /** The hour of the matrix that was opened, in ms since 1970. */
  hour: parseAsInteger,
}

export type QualityState = {
  check: (typeof checkNames)[number] | null
  verdict: number | null
  hours: HistorySpan
  hour: number | null
}

const serialize = createSerializer(qualityParsers)

/** The address of the page in a state. */
export const toHref = (state: Partial<QualityState>): string => serialize('/quality', state)
