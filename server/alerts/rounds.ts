import { type AlertType, alertTypes, priceAlertTypes } from '../../contract/alert-lists.ts'
import type { FeedReport } from '../../contract/live.ts'
import { hourMs, minuteMs } from '../../contract/time.ts'
import { toMessage } from '../errors.ts'
import { deleteOldAlertEvents, listChangedAlerts, type StoredAlert } from '../warehouse/alert-rows.ts'
import { findNewestTick } from '../warehouse/snapshots.ts'
import type { Due } from './commit.ts'
import { isLive, step } from './machine.ts'
import { type Inputs, measure } from './measures.ts'
import { DailyReader, type ReadPortfolio, readMinuteInputs, readSnapshotInputs } from './read-inputs.ts'
import { type WriteOptions, writeSteps } from './write-steps.ts'

const pollMs = 2000
const feedMs = 10_000

const measuredTypes = alertTypes.filter((type) => !priceAlertTypes.includes(type) && type !== 'feed')

/** The steps that measured values lead to. */
export function evaluateAll(alerts: Iterable<StoredAlert>, inputs: Inputs): Due[] {
  const due: Due[] = []
  for (const alert of alerts) {
    const reading = measure(alert.condition, inputs)
    const taken = reading && step(alert, reading)
    if (reading && taken) due.push({ alert, step: taken, reading })
  }
  return due
}

/** The alerts of some types that may still trigger, kept up to date by reading those that changed. */
class HeldAlerts {
  readonly #types: readonly AlertType[]
  readonly #alerts = new Map<number, StoredAlert>()
  #since: string | null = null

  constructor(types: readonly AlertType[]) {
    this.#types = types
  }

  async read({ db, clock }: WriteOptions): Promise<void> {
    const { alerts, now } = await listChangedAlerts(db, { types: this.#types, since: this.#since })
    this.#since = now
    this.#keep(alerts, clock.now())
  }

  #keep(alerts: readonly StoredAlert[], now: number): void {
    for (const alert of alerts)
      if (isLive(alert, now)) this.#alerts.set(alert.id, alert)
      else this.#alerts.delete(alert.id)
  }

  list(): StoredAlert[] {
    return [...this.#alerts.values()]
  }

  /** Evaluates and stores the steps. An alert that changed meanwhile is left out; it is read again at the next read. */
  async evaluate(options: WriteOptions, inputs: Inputs, signal: AbortSignal): Promise<void> {
    const due = evaluateAll(this.#alerts.values(), inputs)
    for (const { alert } of due) this.#alerts.delete(alert.id)
    try {
      const changed = await writeSteps(options, due, signal)
      this.#keep(changed, options.clock.now())
      if (changed.length < due.length) this.#since = null
    } catch (error) {
      this.#since = null
      throw error
    }
  }
}

async function repeat(
  { clock, log }: WriteOptions,
  { ms, signal }: { ms: number; signal: AbortSignal },
  work: () => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    await work().catch((error: unknown) => {
      if (!signal.aborted) log.warn({ error: toMessage(error) }, "can't evaluate alerts, retrying")
    })
    await clock.sleep(ms, signal).catch(() => undefined)
  }
}

type Rounds = { stop(): Promise<void> }

const toRounds = (stopping: AbortController, running: Promise<void>): Rounds => ({
  stop: async () => {
    stopping.abort(new Error('stopped'))
    await running
  },
})

export type RoundsOptions = WriteOptions & { readPortfolio: ReadPortfolio }

/**
 * Evaluates the alerts about figures of snapshots after each snapshot, and those about short windows and the operation
 * every minute. Any number of processes may do so: the database lets each step through once.
 */
export function startRounds(options: RoundsOptions): Rounds {
  const stopping = new AbortController()
  const { signal } = stopping
  const round = createRound(options, signal)
  return toRounds(stopping, repeat(options, { ms: pollMs, signal }, round))
}

/** One look at the time: reads changed alerts, and evaluates when a snapshot has come or a minute has passed. */
export function createRound(options: RoundsOptions, signal: AbortSignal): () => Promise<void> {
  const { db, clock, readPortfolio } = options
  const held = new HeldAlerts(measuredTypes)
  const daily = new DailyReader(db)
  let tick: string | undefined
  let minute = Number.NaN
  let hour = Number.NaN
  return async () => {
    const now = clock.now()
    await held.read(options)
    const newest = await findNewestTick(db)
    if (newest !== undefined && newest !== tick) {
      await held.evaluate(options, await readSnapshotInputs({ db, daily, readPortfolio }, held.list(), now), signal)
      tick = newest
    }
    if (Math.floor(now / minuteMs) !== minute) {
      await held.evaluate(options, await readMinuteInputs(db, held.list(), now), signal)
      minute = Math.floor(now / minuteMs)
    }
    if (Math.floor(now / hourMs) !== hour) {
      await deleteOldAlertEvents(db)
      hour = Math.floor(now / hourMs)
    }
  }
}

/** Evaluates the alerts about sources of the stream, in the process that receives from them. */
export function startFeedRounds(options: WriteOptions & { readFeeds: () => readonly FeedReport[] }): Rounds {
  const { clock, readFeeds } = options
  const stopping = new AbortController()
  const { signal } = stopping
  const held = new HeldAlerts(['feed'])
  const downSince = new Map<string, number>()
  const round = async () => {
    const now = clock.now()
    const feeds = readFeeds().map((feed) => {
      const isUp = feed.state === 'good' || feed.state === 'off'
      if (isUp) downSince.delete(feed.source)
      else if (!downSince.has(feed.source)) downSince.set(feed.source, now)
      return { ...feed, down_since: downSince.get(feed.source) ?? null }
    })
    await held.read(options)
    await held.evaluate(options, { now, feeds }, signal)
  }
  return toRounds(stopping, repeat(options, { ms: feedMs, signal }, round))
}
