import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { AuditList, AuditQuery } from '../../../contract/accounts.ts'
import { type JobId, jobIds, RunCancelled, RunParams, RunRequested } from '../../../contract/pipeline.ts'
import { toNetwork } from '../../accounts/identity.ts'
import { AppError } from '../../errors.ts'
import { insertAudit, listAudit } from '../../warehouse/audit.ts'
import type { Db } from '../../warehouse/db.ts'
import { cancelRun, findRunningRun } from '../../warehouse/runs.ts'
import { type ApiAccess, adminOrKey, getActorId } from '../plugins/api-access.ts'
import { type Authentication, signedIn } from '../plugins/authentication.ts'
import { failures } from '../plugins/bodies.ts'

/** Queues a run of a job. */
export type RequestRun = (job: JobId) => Promise<void>

const JobParams = Type.Object({ job: Type.String({ maxLength: 100, description: jobIds.join(', ') }) })

function toJob(name: string): JobId {
  const job = jobIds.find((id) => id === name)
  if (job === undefined) throw new AppError('not_found', `Unknown job. Choose one of ${jobIds.join(', ')}.`)
  return job
}

const auditSchema = {
  summary: 'Audit log of accounts and jobs, newest first (administrators)',
  tags: ['accounts'],
  ...signedIn,
  querystring: AuditQuery,
  response: { 200: AuditList, ...failures('unprocessable', 'unauthorized', 'forbidden') },
}

type Options = { db: Db; auth: Authentication; access: ApiAccess; requestRun: RequestRun }

/** For administrators: run and cancel jobs, read the audit log. */
export const administrationRoutes: FastifyPluginCallbackTypebox<Options> = (app, options, done) => {
  const { db, auth, access, requestRun } = options
  const mayRunJobs = access.allowAdmin('jobs')

  app.post(
    '/pipeline/jobs/:job/run',
    {
      config: { costly: true },
      onRequest: mayRunJobs,
      schema: {
        summary: 'Run a job now (administrators, keys with `jobs`)',
        tags: ['pipeline'],
        ...adminOrKey,
        params: JobParams,
        response: {
          202: RunRequested,
          ...failures('unauthorized', 'forbidden', 'not_found', 'conflict', 'unavailable'),
        },
      },
    },
    async (request, reply) => {
      const job = toJob(request.params.job)
      const running = await findRunningRun(db, job)
      if (running !== undefined)
        throw new AppError('conflict', `Run ${running} of ${job} is in progress. Wait until it finishes.`)
      await requestRun(job)
      const actorId = getActorId(request)
      await insertAudit(db, {
        action: 'job_requested',
        actorId,
        network: toNetwork(request.ip),
        details: { job_id: job },
      })
      return reply.code(202).send({ job_id: job, message: 'Queued. A worker starts it within seconds.' })
    },
  )

  app.post(
    '/pipeline/runs/:id/cancel',
    {
      onRequest: mayRunJobs,
      schema: {
        summary: 'Cancel a run at its next checkpoint (administrators, keys with `jobs`)',
        tags: ['pipeline'],
        ...adminOrKey,
        params: RunParams,
        response: { 200: RunCancelled, ...failures('unprocessable', 'unauthorized', 'forbidden', 'not_found') },
      },
    },
    async (request) => {
      const { id } = request.params
      const actorId = getActorId(request)
      const job = await db.transaction().execute(async (tx) => {
        const cancelled = await cancelRun(tx, id)
        if (cancelled === undefined) throw new AppError('not_found', `Run ${id} is not in progress.`)
        const details = { run_id: id, job_id: cancelled }
        await insertAudit(tx, { action: 'run_cancelled', actorId, network: toNetwork(request.ip), details })
        return cancelled
      })
      return { id, job_id: job, message: 'Cancelled. The run stops at its next checkpoint.' }
    },
  )

  app.get(
    '/audit',
    {
      onRequest: auth.requireAdmin,
      schema: auditSchema,
    },
    ({ query }) => listAudit(db, query),
  )
  done()
}
