import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { AuditList, AuditQuery } from '../../../contract/accounts.ts'
import { listAudit } from '../../warehouse/audit.ts'
import type { Db } from '../../warehouse/db.ts'
import type { ApiAccess } from '../plugins/api-access.ts'
import { type Authentication, signedIn } from '../plugins/authentication.ts'
import { failures } from '../plugins/bodies.ts'
import { backfillRoutes, jobControlRoutes, pauseRoutes, type RequestRun } from './job-control.ts'

const auditSchema = {
  summary: 'Audit log of accounts and jobs, newest first (administrators)',
  tags: ['accounts'],
  ...signedIn,
  querystring: AuditQuery,
  response: { 200: AuditList, ...failures('unprocessable', 'unauthorized', 'forbidden') },
}

type Options = { db: Db; auth: Authentication; access: ApiAccess; requestRun: RequestRun }

/** For administrators: run, pause and cancel jobs, request backfills, read the audit log. */
export const administrationRoutes: FastifyPluginAsyncTypebox<Options> = async (app, options) => {
  const { db, auth, access, requestRun } = options
  await app.register(async (jobs) => {
    jobs.addHook('onRequest', access.allowAdmin('jobs'))
    await jobs.register(jobControlRoutes, { db, requestRun })
    await jobs.register(pauseRoutes, { db })
    await jobs.register(backfillRoutes, { db, requestRun })
  })

  app.get('/audit', { onRequest: auth.requireAdmin, schema: auditSchema }, ({ query }) => listAudit(db, query))
}
