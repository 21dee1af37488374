import { Type } from 'typebox'
import { Nullable } from './units.ts'

/**
 * The clock of a machine against those of the sources. `unknown`: not measured yet; `right`: within 2 s; `corrected`: up
 * to 5 min off, and prices are dated as if it were right; `refusing`: further off, and prices of the stream are refused.
 */
export const ClockReport = Type.Object({
  state: Type.Enum(['unknown', 'right', 'corrected', 'refusing']),
  offset_ms: Nullable(Type.Integer({ description: 'positive: the clock is ahead, negative: it is behind' })),
  problem: Nullable(Type.String({ description: 'what is wrong and what to do; null: nothing is' })),
})
export type ClockReport = Type.Static<typeof ClockReport>

export const unknownClock: ClockReport = { state: 'unknown', offset_ms: null, problem: null }
