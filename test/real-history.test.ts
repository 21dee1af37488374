import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { dayMs, hourMs, minuteMs } from '../contract/time.ts'
import { systemClock } from '../server/clock.ts'
import { createCoingecko } from '../server/sources/coingecko.ts'
import { createTestDatabase } from './database.ts'
import { assertInvariants } from './invariants.ts'
import { runJob, toJobOptions } from './jobs.ts'
import { sendJson, startServer } from './market-server.ts'

const folder = fileURLToPath(new URL('../../shared/history/', import.meta.url))
const skip = !existsSync(folder) && 'no recorded history'
if (skip) process.stderr.write(`\n!!! SKIPPED: no recorded history in ${folder}\n\n`)

type Point = { at: number; price: number; cap: number | null; volume: number | null }
type Query = { id: string; from: number; now: number; days: number; isDaily: boolean }

/** Serves `/coins/{id}/market_chart`, runs the job at each of `instants`, and returns the stored rows. */
async function replay(
  t: TestContext,
  { ids, instants, answer }: { ids: string[]; instants: number[]; answer: (query: Query) => Point[] },
) {
  const database = await createTestDatabase()
  t.after(database.drop)
  const { pool } = database
  let now = 0
  const server = await startServer((query, response, count) => {
    const id = /coins\/([^/]+)\/market_chart/.exec(server.requests[count - 1]?.path ?? '')?.[1] ?? ''
    const days = Number(query.get('days'))
    const points = answer({ id, from: now - days * dayMs, now, days, isDaily: query.get('interval') === 'daily' })
    const series = (value: (point: Point) => number | null) => points.map((point) => [point.at, value(point)])
    sendJson(response, {
      prices: series(({ price }) => price),
      market_caps: series(({ cap }) => cap).slice(0, -1),
      total_volumes: series(({ volume }) => volume),
    })
  })
  t.after(server.close)
  const market = createCoingecko({
    clock: systemClock,
    baseUrl: server.url,
    demoKey: null,
    proKey: null,
    callsPerMinute: 10_000,
  })
  await pool.query(
    `insert into dim_coin (coingecko_id, symbol, name, market_cap_rank, is_tracked, first_seen_at, last_seen_at)
     select id, id, id, position, true, now(), now() from unnest($1::text[]) with ordinality as u (id, position)`,
    [ids],
  )
  const options = toJobOptions(database, market, { clock: { ...systemClock, now: () => now } })
  for (now of instants) {
    const { status, error } = await runJob(options, 'backfill_history')
    assert.ok(status === 'success' || status === 'skipped', error)
  }
  now += 2 * dayMs
  const made = await runJob(options, 'transform_aggregates')
  assert.equal(made.status, 'success', made.error)
  await assertInvariants(database)
  const facts = async (id: string) =>
    (
      await pool.query<{ at: number; price_usd: number; market_cap: number | null; volume: number | null }>(
        `select (extract(epoch from timestamp) * 1000)::float8 as at, price_usd, market_cap, volume
         from fact_market_data f join dim_coin c on c.id = f.coin_id where coingecko_id = $1 order by timestamp`,
        [id],
      )
    ).rows
  const candles = async (id: string) =>
    (
      await pool.query(
        `select o.date, open, high, low, close, volume, close_at, samples from fact_daily_ohlcv o
         join dim_coin c on c.id = o.coin_id where coingecko_id = $1 order by o.date`,
        [id],
      )
    ).rows
  const full = await (async () => {
    const before = (await pool.query('select * from fact_daily_ohlcv order by coin_id, date')).rows
    const again = await runJob(options, 'transform_aggregates', { full: true })
    assert.equal(again.written, before.length)
    const after = (await pool.query('select * from fact_daily_ohlcv order by coin_id, date')).rows
    const timeless = (rows: Record<string, unknown>[]) => rows.map(({ updated_at: _at, ...row }) => row)
    return [timeless(before), timeless(after)]
  })()
  assert.deepEqual(full[0], full[1], 'a full rebuild comes to the same candles')
  return { facts, candles }
}

/** Candles by their definition, from ordered points on a grid. A point at midnight belongs to two days. */
function toCandles(points: { at: number; price: number; volume: number | null }[]) {
  const days = new Map<number, typeof points>()
  for (const point of points)
    for (const day of new Set([Math.ceil(point.at / dayMs) - 1, Math.floor(point.at / dayMs)]))
      days.set(day, [...(days.get(day) ?? []), point])
  return [...days]
    .sort(([a], [b]) => a - b)
    .map(([number, day]) => {
      const prices = day.map(({ price }) => price)
      return {
        date: new Date(number * dayMs).toISOString().slice(0, 10),
        open: prices[0],
        high: Math.max(...prices),
        low: Math.min(...prices),
        close: prices.at(-1),
        volume: day.findLast(({ volume }) => volume !== null)?.volume ?? null,
        close_at: new Date(day.at(-1)?.at ?? 0).toISOString().replace('.000Z', 'Z'),
        samples: day.length,
      }
    })
}

test('stores daily points and candles of 20 coins, 2015 to 2022, bit by bit, and keeps gaps', { skip }, async (t) => {
  const source = `${folder}daily/coingecko_2015_2022/`
  const points = new Map<string, Point[]>()
  for (const file of readdirSync(source)) {
    const rows = readFileSync(source + file, 'utf8')
      .trim()
      .split('\n')
      .slice(1)
    points.set(
      file.replace('.csv', ''),
      rows.map((row): Point => {
        const [date = '', price, volume, cap] = row.split(',')
        const at = Date.parse(`${date.slice(0, 10)}T00:00:00Z`)
        const toValue = (text?: string) => (text === '' || text === undefined ? null : Number(text))
        return { at, price: Number(price), cap: toValue(cap), volume: toValue(volume) }
      }),
    )
  }
  const first = Date.parse('2015-12-30T12:00:00Z')
  const instants = Array.from({ length: 8 }, (_, index) =>
    Math.min(first + index * 360 * dayMs, Date.parse('2022-09-27T12:00:00Z')),
  )
  const { facts, candles } = await replay(t, {
    ids: [...points.keys()],
    instants,
    answer: ({ id, from, now, isDaily }) => {
      if (!isDaily) return []
      const known = (points.get(id) ?? []).filter(({ at }) => at >= from && at <= now)
      const last = known.at(-1)
      return last === undefined ? [] : [...known, { ...last, at: now, price: last.price * 1.01 }]
    },
  })
  let holes = 0
  for (const [id, all] of points) {
    const expected = new Map(all.filter(({ price }) => price > 0).map((point) => [point.at, point]))
    const wanted = [...expected.values()].sort((a, b) => a.at - b.at)
    assert.deepEqual(
      await facts(id),
      wanted.map(({ at, price, cap, volume }) => ({ at, price_usd: price, market_cap: cap || null, volume })),
      id,
    )
    assert.deepEqual(await candles(id), toCandles(wanted), id)
    holes += ((wanted.at(-1)?.at ?? 0) - (wanted[0]?.at ?? 0)) / dayMs + 1 - wanted.length
  }
  assert.ok(holes >= 43, `${holes} days are missing in the source`)
})

test('fits minutes of 4 coins, spring 2021, to the grid, and keeps the outage of April 25 as a gap', {
  skip,
}, async (t) => {
  const source = `${folder}intraday/binance_1m_2021/`
  const closes = new Map<string, Map<number, number>>()
  for (const file of readdirSync(source)) {
    const klines: number[][] = JSON.parse(readFileSync(source + file, 'utf8'))
    closes.set(
      file.replace('_USDT-1m.json', '').toLowerCase(),
      new Map(klines.map(([opened = 0, , , , close = 0]) => [opened + minuteMs, close])),
    )
  }
  const jitter = (at: number) => (at / minuteMs) % 37
  const first = Date.parse('2021-04-21T12:10:00Z')
  const instants = Array.from({ length: 36 }, (_, index) => first + index * 20 * hourMs)
  const listPoints = (id: string, from: number, to: number, stepMs: number): Point[] => {
    const points: Point[] = []
    for (let at = Math.ceil(from / stepMs) * stepMs; at <= to; at += stepMs) {
      const price = closes.get(id)?.get(at)
      if (price !== undefined) points.push({ at: at + jitter(at) * 1000, price, cap: null, volume: at / 1e6 })
    }
    return points
  }
  const { facts, candles } = await replay(t, {
    ids: [...closes.keys()],
    instants,
    answer: ({ id, from, now, days, isDaily }) =>
      isDaily ? [] : listPoints(id, from, now - minuteMs, days > 1 ? hourMs : 5 * minuteMs),
  })
  const outage = { from: Date.parse('2021-04-25T04:10:00Z'), to: Date.parse('2021-04-25T08:40:00Z') }
  for (const id of closes.keys()) {
    const stored = await facts(id)
    const fine = listPoints(id, first - dayMs + minuteMs, (instants.at(-1) ?? 0) - minuteMs, 5 * minuteMs)
    const hours = listPoints(id, Date.parse('2021-04-20T00:00:00Z'), first - dayMs, hourMs)
    const wanted = [...hours, ...fine].map(({ at, price, volume }) => ({
      at: Math.floor(at / minuteMs) * minuteMs,
      price,
      volume,
    }))
    assert.deepEqual(
      stored.map(({ at, price_usd, volume }) => ({ at, price: price_usd, volume })),
      wanted,
      id,
    )
    assert.ok(!stored.some(({ at }) => at >= outage.from && at <= outage.to))
    assert.deepEqual(await candles(id), toCandles(wanted), id)
  }
})
