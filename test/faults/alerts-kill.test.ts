import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Condition } from '../../contract/alert-conditions.ts'
import type { Repeat } from '../../contract/alerts.ts'
import { dayMs } from '../../contract/time.ts'
import { step } from '../../server/alerts/machine.ts'
import type { PriceTick } from '../../server/alerts/price-watch.ts'
import { listAlertsById, type StoredAlert } from '../../server/warehouse/alert-rows.ts'
import { createTestDatabase, type TestDatabase } from '../database.ts'

const script = fileURLToPath(new URL('./alerts-child.ts', import.meta.url))
const rounds = Number(process.env.ALERT_ROUNDS ?? 3)
const alertCount = Number(process.env.ALERTS ?? 500)
const seed = Number(process.env.ALERT_SEED ?? Math.floor(Math.random() * 2 ** 31))
const coinIds = [1, 2, 3, 4, 5]
const batchesPerRound = 12
const ticksPerBatch = 10
const maxKillMs = 120

/** Mulberry32: random numbers from 0 to 1 that a seed repeats. */
function createRandom(from: number): () => number {
  let state = from
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const random = createRandom(seed)
const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
const between = (low: number, high: number): number => low + random() * (high - low)
/** Prices in cents meet thresholds exactly at times. */
const toCents = (price: number): number => Math.round(price * 100) / 100

function createAlert(): { condition: Condition; repeat: Repeat; baseline: number | null } {
  const coin_id = pick(coinIds)
  if (random() < 0.1)
    return {
      condition: { type: 'all_time_high', coin_id },
      repeat: { type: 'once' },
      baseline: toCents(between(101, 112)),
    }
  const direction = pick(['above', 'below', 'crosses'] as const)
  const condition: Condition = { type: 'price', coin_id, direction, price_usd: toCents(between(92, 108)) }
  const repeat = pick<Repeat>([
    { type: 'once' },
    { type: 'cool_down', minutes: 1 },
    { type: 'rearm', margin: 0 },
    { type: 'rearm', margin: 0.5 },
  ])
  return { condition, repeat, baseline: null }
}

async function addAlerts({ pool, db }: TestDatabase): Promise<StoredAlert[]> {
  await pool.query(`insert into dim_coin (coingecko_id, symbol, name, first_seen_at, last_seen_at)
    select 'coin-' || n, 'c' || n, 'Coin ' || n, now(), now() from generate_series(1, 5) n`)
  await pool.query(`insert into users (email, password_hash) values ('ada@example.org', '$argon2id$')`)
  const given = Array.from({ length: alertCount }, createAlert)
  await pool.query(
    `insert into alert (user_id, type, coin_id, condition, repeat, baseline)
     select u.id, g.condition ->> 'type', (g.condition ->> 'coin_id')::int, g.condition, g.repeat, g.baseline
     from users u, jsonb_to_recordset($1) as g (condition jsonb, repeat jsonb, baseline float8)`,
    [JSON.stringify(given)],
  )
  const { rows } = await pool.query<{ id: number }>('select id from alert')
  return listAlertsById(
    db,
    rows.map(({ id }) => id),
  )
}

/** Prices that walk around 100, one tick a second. */
function createTicks(): () => PriceTick[] {
  const prices = new Map(coinIds.map((id) => [id, 100]))
  let at = Date.now() - dayMs
  return () =>
    Array.from({ length: ticksPerBatch }, () => {
      const id = pick(coinIds)
      const old = prices.get(id) ?? 100
      const price = toCents(old + (100 - old) * 0.02 + between(-1.5, 1.5))
      prices.set(id, price)
      at += 1000
      return { coingecko_id: `coin-${id}`, price_usd: price, source_at: at, received_at: at }
    })
}

/** The triggers that the ticks lead to when nothing dies: the alert and the time of each. */
function listExpected(alerts: readonly StoredAlert[], ticks: readonly PriceTick[]): string[] {
  return alerts.flatMap((alert) => {
    let now = alert
    return ticks
      .filter(({ coingecko_id }) => coingecko_id === `coin-${alert.coin_id}`)
      .flatMap(({ price_usd, source_at }) => {
        const taken = step(now, { value: price_usd, at: source_at ?? 0 })
        if (taken !== null) now = { ...now, ...taken.progress }
        return taken?.isTrigger ? [`${alert.id} ${new Date(source_at ?? 0).toISOString()} ${price_usd}`] : []
      })
  })
}

type Batch = { number: number; ticks: PriceTick[] }

/** A process that is sent every batch, again from the first one it had not stored when it died. */
class Evaluator {
  readonly #connection: TestDatabase['connection']
  #child: ChildProcess | undefined
  #unsaved: Batch[] = []
  kills = 0

  constructor(connection: TestDatabase['connection']) {
    this.#connection = connection
  }

  async start(): Promise<void> {
    const coins = coinIds.map((id) => [`coin-${id}`, id])
    const child = fork(script, [JSON.stringify(this.#connection), JSON.stringify(coins)], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    this.#child = child
    await once(child, 'message')
    child.on('message', (number) => {
      this.#unsaved = this.#unsaved.filter((batch) => batch.number !== number)
    })
    for (const batch of this.#unsaved) child.send(batch)
  }

  send(batch: Batch): void {
    this.#unsaved.push(batch)
    this.#child?.send(batch)
  }

  async kill(): Promise<void> {
    this.#child?.kill('SIGKILL')
    if (this.#child !== undefined) await once(this.#child, 'exit')
    this.kills += 1
  }

  async finish(): Promise<void> {
    while (this.#unsaved.length > 0 && this.#child !== undefined) await once(this.#child, 'message')
    this.#child?.kill('SIGKILL')
  }
}

test(`${rounds} rounds of kill -9 of two evaluating processes neither lose nor double a trigger (seed ${seed})`, async (t) => {
  const database = await createTestDatabase()
  t.after(database.drop)
  const alerts = await addAlerts(database)
  const evaluators = [new Evaluator(database.connection), new Evaluator(database.connection)]
  await Promise.all(evaluators.map((one) => one.start()))
  const next = createTicks()
  const ticks: PriceTick[] = []
  for (let round = 0; round < rounds; round += 1) {
    for (let batch = 0; batch < batchesPerRound; batch += 1) {
      const one = { number: round * batchesPerRound + batch, ticks: next() }
      ticks.push(...one.ticks)
      for (const evaluator of evaluators) evaluator.send(one)
    }
    await Promise.all(
      evaluators.map(async (evaluator) => {
        await setTimeout(random() * maxKillMs)
        await evaluator.kill()
        await evaluator.start()
      }),
    )
  }
  await Promise.all(evaluators.map((one) => one.finish()))
  const { rows } = await database.pool.query<{ key: string; trigger: string }>(
    `select key, alert_id || ' ' || to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || ' ' || value as trigger
     from alert_event`,
  )
  const expected = listExpected(alerts, ticks)
  assert.ok(expected.length > alertCount / 5, `${expected.length} triggers`)
  assert.deepEqual(rows.map(({ trigger }) => trigger).sort(), expected.sort())
  const told = await database.pool.query<{ key: string }>('select key from notification')
  assert.deepEqual(told.rows.map(({ key }) => key).sort(), rows.map(({ key }) => key).sort(), 'told once per trigger')
  const kills = evaluators.reduce((sum, one) => sum + one.kills, 0)
  t.diagnostic(`${kills} kills, ${alertCount} alerts, ${ticks.length} ticks, ${expected.length} triggers`)
})
