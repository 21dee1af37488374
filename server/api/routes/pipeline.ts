import type { FastifyPluginAsyncTypebox, FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { Lineage } from '../../../contract/lineage.ts'
import {
  BackfillRequest,
  DatabaseNode,
  JobHealth,
  RunDetail,
  RunList,
  RunListQuery,
  RunParams,
  Timeline,
} from '../../../contract/pipeline.ts'
import { HoursQuery } from '../../../contract/queries.ts'
import { systemClock } from '../../clock.ts'
import { AppError } from '../../errors.ts'
import { findLineage } from '../../quality/lineage.ts'
import { listBackfillRequests } from '../../warehouse/backfill-requests.ts'
import { listNodes } from '../../warehouse/cluster.ts'
import type { Db } from '../../warehouse/db.ts'
import { listJobHealth } from '../../warehouse/job-health.ts'
import { findRun, findTimeline, listRuns } from '../../warehouse/pipeline.ts'

/** The state of the jobs and of the database. */
export const pipelineRoutes: FastifyPluginAsyncTypebox<{ db: Db }> = async (app, { db }) => {
  await app.register(runRoutes, { db })

  app.get(
    '/pipeline/health',
    {
      config: { bySnapshot: false },
      schema: {
        summary: 'State of each job',
        tags: ['pipeline'],
        response: { 200: Type.Array(JobHealth) },
      },
    },
    () => listJobHealth(db),
  )

  app.get(
    '/pipeline/backfills',
    {
      config: { bySnapshot: false },
      schema: {
        summary: 'The newest 50 requested backfills, newest first',
        tags: ['pipeline'],
        response: { 200: Type.Array(BackfillRequest) },
      },
    },
    () => listBackfillRequests(db),
  )

  app.get(
    '/pipeline/lineage',
    {
      config: { bySnapshot: false },
      schema: {
        summary: 'Sources, tables and pages with their inputs, freshness, jobs and check results',
        tags: ['pipeline'],
        response: { 200: Lineage },
      },
    },
    () => findLineage(db, systemClock.now()),
  )

  app.get(
    '/pipeline/nodes',
    {
      config: { bySnapshot: false },
      schema: {
        summary: 'Nodes of the database cluster; empty on a single server',
        tags: ['pipeline'],
        response: { 200: Type.Array(DatabaseNode) },
      },
    },
    () => listNodes(db),
  )
}

/** The runs of the jobs. */
const runRoutes: FastifyPluginCallbackTypebox<{ db: Db }> = (app, { db }, done) => {
  app.get(
    '/pipeline/runs',
    {
      config: { bySnapshot: false },
      schema: {
        summary: 'Runs, newest first. Supports filters by job and status, and pages',
        tags: ['pipeline'],
        querystring: RunListQuery,
        response: { 200: RunList },
      },
    },
    ({ query }) => listRuns(db, query),
  )

  app.get(
    '/pipeline/timeline',
    {
      config: { bySnapshot: false },
      schema: {
        summary: 'Summaries of recent runs and of the last run of each job',
        tags: ['pipeline'],
        querystring: HoursQuery,
        response: { 200: Timeline },
      },
    },
    ({ query }) => findTimeline(db, { now: Date.now(), hours: query.hours }),
  )

  app.get(
    '/pipeline/runs/:id',
    {
      config: { bySnapshot: false },
      schema: { summary: 'One run with its log', tags: ['pipeline'], params: RunParams, response: { 200: RunDetail } },
    },
    async ({ params }) => {
      const run = await findRun(db, params.id)
      if (run === undefined) throw new AppError('not_found', `Run with id ${params.id} not found`)
      return run
    },
  )
  done()
}
