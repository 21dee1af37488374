import { Type } from 'typebox'
import { Instant, Mode, Nullable } from './units.ts'

/**
 * Can this process serve, and is the market that it serves current? The answer of `/readyz`:
 * 200 when `database` is `ok`, else 503. `ingest` is told from the newest run in the warehouse.
 */
export const Readiness = Type.Object({
  status: Type.Enum(['ready', 'not_ready']),
  mode: Mode,
  version: Type.String(),
  database: Type.Enum(['ok', 'down']),
  ingest: Type.Object({
    state: Type.Enum(['waiting', 'ok', 'failing'], {
      description: 'waiting: no run has finished yet',
    }),
    last_success_at: Nullable(Instant),
    next_attempt_at: Nullable(Instant),
    problem: Nullable(Type.String({ description: 'what is wrong, in words for a person; null when nothing is' })),
  }),
  live: Type.Object({
    source: Nullable(Type.String()),
    stale: Type.Boolean(),
    last_price_at: Nullable(Instant),
    clients: Type.Integer(),
  }),
})
export type Readiness = Type.Static<typeof Readiness>
