import { setTimeout } from 'node:timers/promises'
import type { PgBoss } from 'pg-boss'
import { hourMs, minuteMs } from '../../contract/time.ts'
import { toMessage } from '../errors.ts'
import type { Log } from '../log.ts'
import { cutText, toStorableText } from '../text.ts'
import type { Db } from '../warehouse/db.ts'
import { updateChannel } from '../warehouse/notification-channels.ts'
import {
  type AttemptResult,
  type DeliveryTask,
  type DueAttempt,
  findTask,
  recordAttempt,
  takeDueDeliveries,
} from '../warehouse/notification-deliveries.ts'
import { deleteOldNotifications } from '../warehouse/notifications.ts'
import { DeliveryError } from './outgoing.ts'
import { type Sender, toDeliveryKey } from './sender.ts'

const queue = 'deliver_notifications'
const batch = { limit: 500, leaseSeconds: 60 }
const dispatchMs = 1000
const maxError = 500

/** An account has up to 4 of the 16 deliveries that a process makes at once. */
const workOptions = {
  localConcurrency: 4,
  batchSize: 4,
  burstWhenBatchFull: true,
  pollingIntervalSeconds: 2,
  localGroupConcurrency: 4,
} as const

/** A worker that dies is noticed by its missing heartbeat. */
const queueOptions = {
  expireInSeconds: 60,
  heartbeatSeconds: 10,
  retryLimit: 3,
  retryDelay: 1,
  retentionSeconds: 3600,
  deleteAfterSeconds: 3600,
}

/** The pauses after failed attempts. After the last one the delivery is dead. */
export const retryPausesMs = [
  10_000,
  30_000,
  2 * minuteMs,
  10 * minuteMs,
  30 * minuteMs,
  hourMs,
  3 * hourMs,
  6 * hourMs,
] as const

const goneStatuses: readonly (number | null)[] = [404, 410]

type DelivererOptions = { db: Db; boss: PgBoss; sender: Pick<Sender, 'send'>; log: Log }

/**
 * Delivers what is due. The row of a delivery decides: the queue carries an attempt to a worker, and repeats it when the
 * worker dies. A crash between a send and its record sends again with the same idempotency key.
 */
export class Deliverer {
  readonly #options: DelivererOptions
  readonly #stopping = new AbortController()
  #workerId = ''
  #loop: Promise<void> = Promise.resolve()

  constructor(options: DelivererOptions) {
    this.#options = options
  }

  /** The queue must be started. */
  async start(): Promise<void> {
    const { boss } = this.#options
    await boss.createQueue(queue, { policy: 'exclusive', ...queueOptions })
    await boss.updateQueue(queue, queueOptions)
    this.#workerId = await boss.work<DueAttempt>(queue, workOptions, async (jobs) => {
      await Promise.all(jobs.map(({ data }) => this.deliver(data)))
    })
    this.#loop = this.#run()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#loop
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping
    for (let round = 0; !signal.aborted; round += 1) {
      try {
        if (round % (hourMs / dispatchMs) === 0) await deleteOldNotifications(this.#options.db)
        while ((await this.dispatch()) === batch.limit && !signal.aborted);
      } catch (error) {
        this.#options.log.debug({ error: toMessage(error) }, "can't queue notifications")
      }
      await setTimeout(dispatchMs, undefined, { signal }).catch(() => undefined)
    }
  }

  /** Queues the attempts that are due. Returns their number. */
  async dispatch(): Promise<number> {
    const { db, boss } = this.#options
    const due = await takeDueDeliveries(db, batch)
    if (due.length === 0) return 0
    const jobs = due.map((data) => ({
      data,
      singletonKey: String(data.deliveryId),
      group: { id: String(data.userId) },
    }))
    await boss.insert(queue, jobs)
    boss.notifyWorker(this.#workerId)
    return due.length
  }

  /** Makes one attempt, unless it was made before. */
  async deliver(due: DueAttempt): Promise<void> {
    const { db, log } = this.#options
    const task = await findTask(db, due)
    if (task === undefined) return
    const result = await this.#attempt(task, due.attempt)
    await db.transaction().execute(async (tx) => {
      await recordAttempt(tx, due, result)
      if (task.channel.kind === 'push' && goneStatuses.includes(result.statusCode))
        await updateChannel(tx, task.channel.id, { is_active: false })
    })
    if (result.error !== null && result.retryMs === null)
      log.info({ delivery: due.deliveryId, kind: task.channel.kind, error: result.error }, 'delivery is dead')
  }

  async #attempt({ notification, channel }: DeliveryTask, attempt: number): Promise<AttemptResult> {
    const { user_id, key, title, text, path, at } = notification
    const startedAt = performance.now()
    const toResult = (rest: Omit<AttemptResult, 'durationMs'>) => ({
      durationMs: performance.now() - startedAt,
      ...rest,
    })
    if (!channel.is_active) return toResult({ statusCode: null, error: 'The channel is paused.', retryMs: null })
    try {
      const id = toDeliveryKey(user_id, key, channel.id)
      const statusCode = await this.#options.sender.send(channel, { id, title, text, path, at })
      return toResult({ statusCode, error: null, retryMs: null })
    } catch (error) {
      const { statusCode, isPermanent, retryAfterMs } = error instanceof DeliveryError ? error : new DeliveryError('')
      const pause = isPermanent ? undefined : retryPausesMs[attempt - 1]
      return toResult({
        statusCode,
        error: cutText(toStorableText(toMessage(error)), maxError),
        retryMs: pause === undefined ? null : Math.max(pause, retryAfterMs ?? 0),
      })
    }
  }
}
