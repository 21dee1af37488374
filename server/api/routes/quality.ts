import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import {
  CheckHistory,
  CheckHistoryQuery,
  CheckList,
  CheckListQuery,
  CheckMethod,
  CheckParams,
  QualityHours,
  TableQuality,
} from '../../../contract/quality.ts'
import { HoursQuery } from '../../../contract/queries.ts'
import { hourMs } from '../../../contract/time.ts'
import { AppError } from '../../errors.ts'
import { checks } from '../../quality/checks.ts'
import { toMethod } from '../../quality/run.ts'
import { findQualityHours, listTableQuality } from '../../quality/summary.ts'
import type { Db } from '../../warehouse/db.ts'
import { listCheckHistory, listCheckResults } from '../../warehouse/quality.ts'

const tags = ['quality']
const config = { bySnapshot: true }

export const qualityRoutes: FastifyPluginCallbackTypebox<{ db: Db }> = (app, { db }, done) => {
  app.get(
    '/quality/summary',
    {
      config,
      schema: {
        summary: 'Score, counts, 24h trend and open incidents of each table',
        tags,
        response: { 200: Type.Array(TableQuality) },
      },
    },
    () => listTableQuality(db, Date.now()),
  )

  app.get(
    '/quality/hours',
    {
      config,
      schema: {
        summary: 'Hourly worst result and latest result of each check',
        tags,
        querystring: HoursQuery,
        response: { 200: QualityHours },
      },
    },
    ({ query }) => findQualityHours(db, { now: Date.now(), hours: query.hours }),
  )

  app.get(
    '/quality/methods',
    {
      config,
      schema: { summary: 'Methods and thresholds of the checks', tags, response: { 200: Type.Array(CheckMethod) } },
    },
    async () => checks.map((check) => toMethod(db, check)),
  )

  app.get(
    '/quality/checks',
    {
      config,
      schema: {
        summary: 'Check results, newest first. Supports filters and pages',
        tags,
        querystring: CheckListQuery,
        response: { 200: CheckList },
      },
    },
    ({ query }) => listCheckResults(db, query),
  )

  app.get(
    '/quality/checks/:name/history',
    {
      config,
      schema: {
        summary: 'Method of a check and its results over time, oldest first',
        tags,
        params: CheckParams,
        querystring: CheckHistoryQuery,
        response: { 200: CheckHistory },
      },
    },
    async ({ params, query }) => {
      const check = checks.find(({ name }) => name === params.name)
      if (check === undefined)
        throw new AppError('not_found', `Check ${params.name} not found. See /quality/methods for all checks.`)
      const since = new Date(Date.now() - query.hours * hourMs).toISOString()
      return { method: toMethod(db, check), results: await listCheckHistory(db, { checkName: check.name, since }) }
    },
  )
  done()
}
