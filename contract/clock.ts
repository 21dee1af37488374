import { Type } from 'typebox'
import { Nullable } from './units.ts'

/**
 * The machine clock compared with the sources' clocks. `unknown`: not measured yet; `right`: within 2 s; `corrected`:
 * up to 5 min off, and timestamps are corrected; `refusing`: further off, and streamed prices are rejected.
 */
export const ClockReport = Type.Object({
  state: Type.Enum(['unknown', 'right', 'corrected', 'refusing']),
  offset_ms: Nullable(Type.Integer({ description: 'positive: the clock is ahead; negative: it is behind' })),
  problem: Nullable(Type.String({ description: 'what is wrong and what to do; null: nothing' })),
})
export type ClockReport = Type.Static<typeof ClockReport>

export const unknownClock: ClockReport = { state: 'unknown', offset_ms: null, problem: null }
