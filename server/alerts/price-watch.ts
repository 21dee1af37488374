import { priceAlertTypes } from '../../contract/alert-lists.ts'
import { toMessage } from '../errors.ts'
import { listPricesWithExtremes } from '../warehouse/alert-inputs.ts'
import { listAlertsById, listChangedAlerts, type StoredAlert } from '../warehouse/alert-rows.ts'
import { findNewestTick } from '../warehouse/snapshots.ts'
import type { Due } from './commit.ts'
import { PriceAlerts } from './price-alerts.ts'
import { type WriteOptions, writeSteps } from './write-steps.ts'

const pollMs = 1000
const snapshotPollMs = 5000
/** Prices of a coin that wait for its steps to be stored. The oldest are dropped beyond. */
const maxWaiting = 10_000
const maxPriceAgeMs = 3_600_000

export type PriceTick = { coingecko_id: string; price_usd: number; source_at: number | null; received_at: number }

/** Values of a coin at an instant: a price, or the all-time extremes of its source. */
type Observation = { at: number } & ({ price: number } | { ath: number | null; atl: number | null })

/** `pending`: steps that are not stored yet. The values that follow wait for them. */
type Coin = { pending: number; waiting: Observation[] }

export type PriceWatch = {
  /** Evaluates ticks of the stream without waiting for the database. */
  add(ticks: readonly PriceTick[]): void
  /** Coin ids by CoinGecko id. */
  follow(coins: ReadonlyMap<string, number>): void
  /** Resolves when every price so far is evaluated and stored. */
  settle(): Promise<void>
  stop(): Promise<void>
}

/**
 * Evaluates the alerts about prices on each tick and each snapshot. Alerts are read at the start, and then every second
 * those that changed.
 */
export async function startPriceWatch(options: WriteOptions): Promise<PriceWatch> {
  const watch = new Watch(options)
  await watch.start()
  return watch
}

class Watch implements PriceWatch {
  readonly #options: WriteOptions
  readonly #alerts = new PriceAlerts()
  readonly #coins = new Map<number, Coin>()
  readonly #stopping = new AbortController()
  #followed: ReadonlyMap<string, number> = new Map()
  #due: Due[] = []
  #writing: Promise<void> = Promise.resolve()
  #isWriting = false
  #since: string | null = null
  #tick: string | undefined
  #loops: Promise<unknown> = Promise.resolve()

  constructor(options: WriteOptions) {
    this.#options = options
  }

  async start(): Promise<void> {
    await this.#try('read alerts', () => this.#readAlerts())
    this.#loops = Promise.all([
      this.#repeat(pollMs, 'read alerts', () => this.#readAlerts()),
      this.#repeat(snapshotPollMs, 'read the prices of the snapshot', () => this.#readSnapshot()),
    ])
  }

  follow(coins: ReadonlyMap<string, number>): void {
    this.#followed = coins
  }

  add(ticks: readonly PriceTick[]): void {
    const now = this.#options.clock.now()
    for (const { coingecko_id, price_usd, source_at, received_at } of ticks) {
      const coinId = this.#followed.get(coingecko_id)
      if (coinId !== undefined) this.#observe(coinId, { price: price_usd, at: Math.min(source_at ?? received_at, now) })
    }
  }

  async settle(): Promise<void> {
    while (this.#isWriting) await this.#writing
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error('stopped'))
    await this.#loops
    await this.#writing
  }

  async #repeat(ms: number, what: string, work: () => Promise<void>): Promise<void> {
    const { clock } = this.#options
    const { signal } = this.#stopping
    while (!signal.aborted) {
      await this.#try(what, work)
      await clock.sleep(ms, signal).catch(() => undefined)
    }
  }

  async #try(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      this.#options.log.warn({ error: toMessage(error) }, `can't ${what}, retrying`)
    }
  }

  async #readAlerts(): Promise<void> {
    const { db, clock } = this.#options
    const { alerts, now } = await listChangedAlerts(db, { types: priceAlertTypes, since: this.#since })
    this.#since = now
    for (const alert of alerts) this.#take(this.#alerts.refresh(alert, clock.now()))
    this.#alerts.wake(clock.now())
  }

  async #readSnapshot(): Promise<void> {
    const { db, clock } = this.#options
    const tick = await findNewestTick(db)
    if (tick === undefined || tick === this.#tick) return
    const oldest = clock.now() - maxPriceAgeMs
    for (const { coin_id, price_usd, priced_at, ath, atl } of await listPricesWithExtremes(db)) {
      if (priced_at < oldest) continue
      this.#observe(coin_id, { price: price_usd, at: priced_at })
      this.#observe(coin_id, { ath, atl, at: priced_at })
    }
    this.#tick = tick
  }

  /** Evaluates values in their order. Those of a coin wait while steps of it are being stored. */
  #observe(coinId: number, observation: Observation): void {
    const coin = this.#coins.get(coinId)
    if (coin === undefined || coin.pending === 0) return this.#evaluate(coinId, observation)
    coin.waiting.push(observation)
    if (coin.waiting.length > maxWaiting) coin.waiting.shift()
  }

  #evaluate(coinId: number, observation: Observation): void {
    const due =
      'price' in observation
        ? this.#alerts.offer(coinId, observation.price, observation.at)
        : this.#alerts.offerExtremes(coinId, observation)
    this.#take(due)
  }

  #take(due: Due[]): void {
    if (due.length === 0) return
    for (const { alert } of due) this.#coinOf(alert).pending += 1
    this.#due.push(...due)
    if (!this.#isWriting) this.#writing = this.#write()
  }

  #coinOf({ coin_id }: Due['alert']): Coin {
    const coin = this.#coins.get(coin_id ?? 0) ?? { pending: 0, waiting: [] }
    this.#coins.set(coin_id ?? 0, coin)
    return coin
  }

  /** Stores the due steps, a batch after another, and evaluates what waited for them. */
  async #write(): Promise<void> {
    this.#isWriting = true
    const { signal } = this.#stopping
    while (this.#due.length > 0 && !signal.aborted) {
      const due = this.#due.splice(0)
      try {
        await this.#writeDue(due)
      } catch (error) {
        if (signal.aborted) break
        this.#options.log.warn({ error: toMessage(error) }, "can't evaluate alerts, reading them again")
        this.#forget(due)
      }
    }
    this.#isWriting = false
  }

  /** Drops alerts whose state is unknown. All are read again. */
  #forget(due: Due[]): void {
    this.#since = null
    this.#replace(due, [])
  }

  async #writeDue(due: Due[]): Promise<void> {
    const changed = await writeSteps(this.#options, due, this.#stopping.signal)
    const ids = new Set(changed.map(({ id }) => id))
    const left = due.map(({ alert }) => alert).filter(({ id }) => !ids.has(id))
    const fresh = left.length === 0 ? [] : await this.#readAgain(left)
    this.#replace(due, [...changed, ...fresh])
  }

  /** The alerts that changed since they were read. */
  async #readAgain(alerts: StoredAlert[]): Promise<StoredAlert[]> {
    const versions = new Map(alerts.map(({ id, version }) => [id, version]))
    const found = await listAlertsById(this.#options.db, [...versions.keys()])
    return found.filter(({ id, version }) => versions.get(id) !== version)
  }

  /** Takes alerts back after their steps, and evaluates the values that waited for them. */
  #replace(due: Due[], alerts: StoredAlert[]): void {
    const now = this.#options.clock.now()
    for (const { alert } of due) {
      this.#alerts.remove(alert.id)
      this.#coinOf(alert).pending -= 1
    }
    for (const alert of alerts) this.#take(this.#alerts.add(alert, now))
    for (const coinId of new Set(due.map(({ alert }) => alert.coin_id ?? 0))) this.#resume(coinId)
  }

  #resume(coinId: number): void {
    const coin = this.#coins.get(coinId)
    while (coin !== undefined && coin.pending === 0) {
      const next = coin.waiting.shift()
      if (next === undefined) return void this.#coins.delete(coinId)
      this.#evaluate(coinId, next)
    }
  }
}
