import { checkNames } from '@contract/lists.ts'
import { createSerializer, parseAsInteger, parseAsStringLiteral } from 'nuqs/server'

/** In hours. */
const historySpans = ['24', '168', '720'] as const
export type HistorySpan = (typeof historySpans)[number]

/** The URL state of the quality page: the open check, the selected result (its id), and the period of the history. */
export const qualityParsers = {
  check: parseAsStringLiteral(checkNames),
  result: parseAsInteger,
  hours: parseAsStringLiteral(historySpans).withDefault('24'),
  /** The selected hour of the matrix, in ms since 1970. */
  hour: parseAsInteger,
}

export type QualityState = {
  check: (typeof checkNames)[number] | null
  result: number | null
  hours: HistorySpan
  hour: number | null
}

const serialize = createSerializer(qualityParsers)

/** The URL of the page in a state. */
export const toHref = (state: Partial<QualityState>): string => serialize('/quality', state)
