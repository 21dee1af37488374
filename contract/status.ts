import { Type } from 'typebox'
import { ClockReport } from './clock.ts'
import { Instant, Mode, Nullable } from './units.ts'

/**
 * The response of `/readyz`: 200 when `database` is `ok`, else 503. `ingest`: the health of the job
 * `ingest_market_data`, as in `/pipeline/health`.
 */
export const Readiness = Type.Object({
  status: Type.Enum(['ready', 'not_ready']),
  mode: Mode,
  version: Type.String(),
  database: Type.Enum(['ok', 'down']),
  ingest: Type.Object({
    state: Type.Enum(['waiting', 'ok', 'failing'], {
      description: 'waiting: no run has finished yet; failing: the last run failed, or the last success is too old',
    }),
    last_success_at: Nullable(Instant),
    next_attempt_at: Nullable(Type.String({ format: 'date-time', description: 'next_run_at of /pipeline/health' })),
    problem: Nullable(Type.String({ description: 'what is wrong; null: nothing' })),
  }),
  live: Type.Object({
    source: Nullable(Type.String()),
    stale: Type.Boolean(),
    last_price_at: Nullable(Instant),
    clients: Type.Integer(),
  }),
  clock: ClockReport,
})
export type Readiness = Type.Static<typeof Readiness>
