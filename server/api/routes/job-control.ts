import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import {
  BackfillBody,
  BackfillRequest,
  type JobId,
  JobPaused,
  jobIds,
  RunCancelled,
  RunParams,
  RunRequested,
} from '../../../contract/pipeline.ts'
import { toNetwork } from '../../accounts/identity.ts'
import { systemClock } from '../../clock.ts'
import { AppError } from '../../errors.ts'
import { checkHistoryRange } from '../../history.ts'
import { insertAudit } from '../../warehouse/audit.ts'
import { deleteBackfillRequest, insertBackfillRequest } from '../../warehouse/backfill-requests.ts'
import { getCoinName } from '../../warehouse/coins.ts'
import type { Db } from '../../warehouse/db.ts'
import { pauseJob } from '../../warehouse/job-health.ts'
import { cancelRun, findRunningRun } from '../../warehouse/runs.ts'
import { adminOrKey, getActorId } from '../plugins/api-access.ts'
import { failures } from '../plugins/bodies.ts'

/** Queues a run of a job. */
export type RequestRun = (job: JobId) => Promise<void>

const JobParams = Type.Object({ job: Type.String({ maxLength: 100, description: jobIds.join(', ') }) })

function toJob(name: string): JobId {
  const job = jobIds.find((id) => id === name)
  if (job === undefined) throw new AppError('not_found', `Unknown job. Choose one of ${jobIds.join(', ')}.`)
  return job
}

const pauseMessages = {
  pause: 'Paused. Only manual runs start. A run in progress continues.',
  resume: 'Resumed. The next run starts at its scheduled time.',
}

type Options = { db: Db; requestRun: RequestRun }

/** For administrators and keys with `jobs`: run jobs and cancel their runs. */
export const jobControlRoutes: FastifyPluginCallbackTypebox<Options> = (app, { db, requestRun }, done) => {
  app.post(
    '/pipeline/jobs/:job/run',
    {
      config: { costly: true },
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
  done()
}

/** For administrators and keys with `jobs`: pause and resume the schedule of a job. */
export const pauseRoutes: FastifyPluginCallbackTypebox<Pick<Options, 'db'>> = (app, { db }, done) => {
  for (const verb of ['pause', 'resume'] as const)
    app.post(
      `/pipeline/jobs/:job/${verb}`,
      {
        schema: {
          summary:
            verb === 'pause'
              ? 'Pause a job: only manual runs start (administrators, keys with `jobs`)'
              : 'Resume a job at its next scheduled time (administrators, keys with `jobs`)',
          tags: ['pipeline'],
          ...adminOrKey,
          params: JobParams,
          response: { 200: JobPaused, ...failures('unauthorized', 'forbidden', 'not_found', 'conflict') },
        },
      },
      async (request) => {
        const job = toJob(request.params.job)
        const action = verb === 'pause' ? 'job_paused' : 'job_resumed'
        const actorId = getActorId(request)
        const { paused_at } = await db.transaction().execute(async (tx) => {
          const paused = await pauseJob(tx, job, verb === 'pause')
          if (paused === undefined)
            throw new AppError('conflict', `${job} has no schedule yet. Start a process with the role jobs first.`)
          await insertAudit(tx, { action, actorId, network: toNetwork(request.ip), details: { job_id: job } })
          return paused
        })
        return { job_id: job, paused_at, message: pauseMessages[verb] }
      },
    )
  done()
}

/** For administrators and keys with `jobs`: request the history of a coin. */
export const backfillRoutes: FastifyPluginCallbackTypebox<Options> = (app, { db, requestRun }, done) => {
  app.post(
    '/pipeline/backfills',
    {
      config: { costly: true },
      schema: {
        summary: 'Fetch the history of a coin for a range of UTC days (administrators, keys with `jobs`)',
        description:
          'The job backfill_history fetches it in its next run, which is queued, before other gaps. As in its other runs, a finer point replaces a coarser one, and nothing replaces a snapshot.',
        tags: ['pipeline'],
        ...adminOrKey,
        body: BackfillBody,
        response: {
          202: BackfillRequest,
          ...failures('unprocessable', 'unauthorized', 'forbidden', 'not_found', 'conflict', 'unavailable'),
        },
      },
    },
    async (request, reply) => {
      const { coin, from, to } = request.body
      checkHistoryRange({ from, to }, systemClock.now())
      const { coin_id } = await getCoinName(db, coin)
      const actorId = getActorId(request)
      const backfill = await insertBackfillRequest(db, { coin_id, from, to })
      try {
        await requestRun('backfill_history')
      } catch (error) {
        await deleteBackfillRequest(db, backfill.id)
        throw error
      }
      const details = { coin_id, from, to }
      await insertAudit(db, { action: 'backfill_requested', actorId, network: toNetwork(request.ip), details })
      return reply.code(202).send(backfill)
    },
  )
  done()
}
