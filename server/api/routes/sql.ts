import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { SqlRequest, SqlResult, SqlViews } from '../../../contract/sql.ts'
import { systemClock } from '../../clock.ts'
import { AppError } from '../../errors.ts'
import { listViews, type SqlRunner } from '../../warehouse/sql-runner.ts'
import { type ApiAccess, adminOrKey } from '../plugins/api-access.ts'
import { exactBody, failures } from '../plugins/bodies.ts'

const tags = ['sql']

/** Read-only SQL for administrators and keys with `sql`. `sql`: null where the role reader can't be used. */
export const sqlRoutes: FastifyPluginCallbackTypebox<{ sql: SqlRunner | null; access: ApiAccess }> = (
  app,
  { sql, access },
  done,
) => {
  app.addHook('onRequest', access.allowAdmin('sql'))
  const getRunner = (): SqlRunner => {
    if (sql !== null) return sql
    throw new AppError('not_found', 'SQL is off. Set SQL_URL to the role reader (`npx cryptoflow sql --grants`).')
  }

  app.get(
    '/sql/views',
    {
      schema: {
        summary: 'The views for SQL, with their columns (administrators, keys with `sql`)',
        tags,
        ...adminOrKey,
        response: { 200: SqlViews, ...failures('unauthorized', 'forbidden', 'not_found', 'unavailable') },
      },
    },
    async () => ({ items: await listViews(getRunner()) }),
  )

  app.post(
    '/sql',
    {
      config: { costly: true },
      validatorCompiler: exactBody,
      schema: {
        summary: 'Run one read-only statement for up to 5 s; the first 1,000 rows (administrators, keys with `sql`)',
        tags,
        ...adminOrKey,
        body: SqlRequest,
        response: {
          200: SqlResult,
          ...failures('bad_request', 'unprocessable', 'unauthorized', 'forbidden', 'not_found', 'unavailable'),
        },
      },
    },
    async ({ body }) => {
      const started = systemClock.elapsed()
      const answer = await getRunner().run(body.query)
      return { ...answer, duration_ms: Math.round(systemClock.elapsed() - started) }
    },
  )
  done()
}
