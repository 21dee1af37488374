import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import type { Registry } from 'prom-client'
import { Type } from 'typebox'
import { type ClockReport, unknownClock } from '../../../contract/clock.ts'
import type { JobHealth } from '../../../contract/pipeline.ts'
import { Readiness } from '../../../contract/status.ts'
import type { Mode } from '../../../contract/units.ts'
import packageFacts from '../../../package.json' with { type: 'json' }
import { toInstant } from '../../clock.ts'
import { AppError } from '../../errors.ts'
import type { Hub } from '../../live/hub.ts'
import { type Db, isAlive } from '../../warehouse/db.ts'
import { listJobHealth } from '../../warehouse/job-health.ts'

type Ingest = Readiness['ingest']

const states = { never_run: 'waiting', healthy: 'ok', late: 'failing', failing: 'failing', paused: 'waiting' } as const

function toProblem({ state, last_error, last_success_at, paused_at }: JobHealth): string | null {
  if (state === 'paused') return `The snapshot job is paused since ${paused_at}. Resume it on the Pipeline page.`
  if (state === 'failing') return last_error
  if (state !== 'late') return null
  return `No snapshot since ${last_success_at}. Check that a process with the role jobs is running.`
}

async function getIngest(db: Db): Promise<Ingest> {
  const job = (await listJobHealth(db)).find(({ job_id }) => job_id === 'ingest_market_data')
  if (job === undefined) throw new AppError('internal', 'The ingest job is missing.')
  const { state, last_success_at, next_run_at } = job
  return { state: states[state], last_success_at, next_attempt_at: next_run_at, problem: toProblem(job) }
}

const databaseDown: Ingest = {
  state: 'waiting',
  last_success_at: null,
  next_attempt_at: null,
  problem: "Can't reach the database. Reconnecting automatically.",
}

const databaseClosed: Ingest = {
  ...databaseDown,
  problem: 'The database accepts no new connections. Check the server log.',
}

/** The problem of the database. Null: none. */
async function findTrouble(db: Db, acceptsConnections: () => Promise<boolean>): Promise<Ingest | null> {
  if (!(await isAlive(db))) return databaseDown
  return (await acceptsConnections()) ? null : databaseClosed
}

const toLive = (hub: Hub | null): Readiness['live'] => ({
  source: hub?.status().source ?? null,
  stale: hub?.status().stale ?? true,
  last_price_at: toInstant(hub?.feed.last_price_at ?? null),
  clients: hub?.clients ?? 0,
})

export const healthRoutes: FastifyPluginCallbackTypebox<{
  db: Db
  /** Can a new connection to the database be made? */
  acceptsConnections: () => Promise<boolean>
  mode: Mode
  hub: Hub | null
  /** Accuracy of this machine's clock. */
  readClock?: (() => ClockReport) | undefined
  metrics: Registry
  /** Throws when the caller may not read the metrics. */
  mayReadMetrics: (request: FastifyRequest) => Promise<void>
  isStopping: () => boolean
}> = (app, { db, acceptsConnections, mode, hub, readClock, metrics, mayReadMetrics, isStopping }, done) => {
  app.get(
    '/livez',
    {
      schema: {
        summary: 'Is this process alive?',
        tags: ['health'],
        response: { 200: Type.Object({ status: Type.Literal('alive') }) },
      },
    },
    async (_request, reply) => reply.header('cache-control', 'no-store').send({ status: 'alive' as const }),
  )

  app.get(
    '/readyz',
    {
      schema: {
        summary: 'Is this process ready, and is its market data current?',
        tags: ['health'],
        response: { 200: Readiness, 503: Readiness },
      },
    },
    async (_request, reply) => {
      const trouble = await findTrouble(db, acceptsConnections)
      const ingest = trouble ?? (await getIngest(db).catch(() => databaseDown))
      const ready = trouble === null && !isStopping()
      return reply
        .code(ready ? 200 : 503)
        .header('cache-control', 'no-store')
        .send({
          status: ready ? ('ready' as const) : ('not_ready' as const),
          mode,
          version: packageFacts.version,
          database: trouble === null ? ('ok' as const) : ('down' as const),
          ingest,
          live: toLive(hub),
          clock: readClock?.() ?? unknownClock,
        })
    },
  )

  app.get(
    '/metrics',
    {
      onRequest: mayReadMetrics,
      schema: {
        summary: 'Prometheus metrics (for this machine, clients with METRICS_TOKEN and administrators)',
        tags: ['health'],
        security: [{}, { bearer: [] }],
        produces: ['text/plain'],
      },
    },
    async (_request, reply) =>
      reply
        .header('cache-control', 'no-store')
        .type(metrics.contentType)
        .send(await metrics.metrics()),
  )
  done()
}
