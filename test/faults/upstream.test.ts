import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { type TestContext, test } from 'node:test'
import { tickMs } from '../../contract/time.ts'
import { systemClock } from '../../server/clock.ts'
import type { AttemptOutcome } from '../../server/jobs/attempt.ts'
import { createCoingecko } from '../../server/sources/coingecko.ts'
import { createTestDatabase } from '../database.ts'
import { assertInvariants } from '../invariants.ts'
import { runJob, toJobOptions } from '../jobs.ts'
import { sendJson, startServer, toMarketRow } from '../market-server.ts'

const start = Date.parse('2026-11-24T12:00:30Z')
const rows = Array.from({ length: 20 }, (_, index) =>
  toMarketRow(`coin-${index}`, { current_price: 100 - index, market_cap_rank: index + 1 }),
)
const megabyte = Buffer.alloc(1_048_576, ' ')
const html = '<html><body>Just a moment...</body></html>'

type Answer = (response: ServerResponse) => void

const withPrice = (value: string) => (response: ServerResponse) =>
  sendJson(
    response,
    `[${rows.map((row, index) => (index === 7 ? JSON.stringify(row).replace('"current_price":93', `"current_price":${value}`) : JSON.stringify(row))).join(',')}]`,
  )

/**
 * A warehouse with one good snapshot and a scripted source. Each run moves the clock by one snapshot. No real waits.
 */
async function open(t: TestContext) {
  const database = await createTestDatabase()
  t.after(database.drop)
  const good: Answer = (response) => sendJson(response, rows)
  const state = { now: start, waited: 0, answers: [] as Answer[] }
  const server = await startServer((query, response) =>
    query.get('page') === '1' ? (state.answers.shift() ?? good)(response) : sendJson(response, []),
  )
  t.after(server.close)
  const clock = { ...systemClock, now: () => state.now }
  const patient = {
    now: () => Date.now() + state.waited,
    sleep: async (ms: number) => {
      state.waited += ms
    },
  }
  const market = createCoingecko({
    clock: patient,
    baseUrl: server.url,
    demoKey: null,
    proKey: null,
    callsPerMinute: 6000,
    deadlineMs: 5000,
  })
  const ingest = async (...answers: Answer[]): Promise<AttemptOutcome> => {
    state.answers = answers
    const outcome = await runJob(toJobOptions(database, market, { clock }), 'ingest_market_data')
    state.now += tickMs
    return outcome
  }
  const countFacts = async () => (await database.pool.query('select from fact_market_data')).rowCount
  assert.equal((await ingest()).written, 20)
  return { ...database, state, server, ingest, countFacts }
}

/** The expected outcome of a run. `says` matches its error. */
type Expected = { status: 'success' | 'failed'; written?: number; rejected?: number; says?: RegExp; rule?: string }

const failed = (says: RegExp): Expected => ({ status: 'failed', says })
const oneRejected = (rule: string): Expected => ({ status: 'success', written: 19, rejected: 1, rule })
const status =
  (code: number, headers = {}): Answer =>
  (response) =>
    sendJson(response, '{}', code, headers)

const faults: Record<string, [Answer, Expected]> = {
  '429 without Retry-After': [status(429), failed(/Too many calls/)],
  '429 with Retry-After': [status(429, { 'retry-after': '1' }), failed(/Too many calls/)],
  '500': [status(500), failed(/500/)],
  '502': [status(502), failed(/502/)],
  '503': [status(503), failed(/503/)],
  'an HTML page with 200': [
    (response) => response.writeHead(200, { 'content-type': 'text/html' }).end(html),
    failed(/CoinGecko/),
  ],
  'JSON cut in half': [(response) => sendJson(response, JSON.stringify(rows).slice(0, 5000)), failed(/CoinGecko/)],
  'one byte per second': [
    (response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.write('[')
      const timer = setInterval(() => response.write(' '), 1000)
      response.on('close', () => clearInterval(timer))
    },
    failed(/CoinGecko/),
  ],
  'a body of 200 MB': [
    (response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      let sent = 0
      const more = () => {
        while (sent < 200 && !response.destroyed) {
          sent += 1
          if (!response.write(megabyte)) return response.once('drain', more)
        }
        return response.end()
      }
      more()
    },
    failed(/more than 20 MB/),
  ],
  'a price of NaN': [withPrice('NaN'), failed(/CoinGecko/)],
  'a price of "NaN"': [withPrice('"NaN"'), oneRejected('price_usd_number')],
  'a price of Infinity': [withPrice('"Infinity"'), oneRejected('price_usd_number')],
  'a price of 1e400': [withPrice('1e400'), oneRejected('price_usd_finite')],
  'a price of -1': [withPrice('-1'), oneRejected('price_usd_positive')],
  'a price of 0': [withPrice('0'), oneRejected('price_usd_positive')],
  'a price of null': [withPrice('null'), oneRejected('price_usd_present')],
  'a price of 1e-9': [withPrice('1e-9'), { status: 'success', written: 20, rejected: 0 }],
  'a coin repeated with two prices': [
    (response) => sendJson(response, [...rows, toMarketRow('coin-3', { current_price: 1 })]),
    { status: 'success', written: 20, rejected: 0 },
  ],
  'a missing coin': [
    (response) => sendJson(response, rows.slice(0, 19)),
    { status: 'success', written: 19, rejected: 0 },
  ],
  'an unknown coin': [
    (response) => sendJson(response, [...rows, toMarketRow('newcomer', { market_cap_rank: 21 })]),
    { status: 'success', written: 21, rejected: 0 },
  ],
  'an empty list': [(response) => sendJson(response, []), failed(/returned no rows/)],
  'an object instead of a list': [(response) => sendJson(response, { prices: [] }), failed(/CoinGecko/)],
  'all prices times 1,000': [
    (response) =>
      sendJson(
        response,
        rows.map((row) => ({ ...row, current_price: Number(row.current_price) * 1000 })),
      ),
    { status: 'failed', written: 0, rejected: 20, says: /20 of 20 prices moved tenfold/, rule: 'price_usd_plausible' },
  ],
}

for (const [name, [answer, expected]] of Object.entries(faults))
  test(`${name}: stores no bad value, and the next snapshot succeeds`, async (t) => {
    const { db: _db, pool, ingest, countFacts } = await open(t)
    const outcome = await ingest(answer)
    const { status: end, written, rejected, says, rule } = expected
    assert.equal(outcome.status, end, outcome.error)
    if (says !== undefined) assert.match(outcome.error ?? '', says)
    if (written !== undefined) assert.deepEqual([outcome.written, outcome.rejected], [written, rejected])
    assert.equal(await countFacts(), 20 + (end === 'failed' ? 0 : (written ?? 0)))
    const { rows: kept } = await pool.query('select distinct rule from quarantine_market_data')
    assert.deepEqual(
      kept.map((row) => row.rule),
      rule === undefined ? [] : [rule],
    )
    await assertInvariants({ pool })
    const next = await ingest()
    assert.deepEqual([next.status, next.written], ['success', 20])
    await assertInvariants({ pool })
  })

test('keeps the first of two prices for a repeated coin', async (t) => {
  const { pool, ingest } = await open(t)
  await ingest((response) => sendJson(response, [...rows, toMarketRow('coin-3', { current_price: 1 })]))
  const { rows: found } = await pool.query(
    `select price_usd from latest_market_data l join dim_coin c on c.id = l.coin_id where coingecko_id = 'coin-3'`,
  )
  assert.deepEqual(found, [{ price_usd: 97 }])
})

test('sends no request before Retry-After has passed', async (t) => {
  const { ingest, server, state } = await open(t)
  const asked = state.now
  const refused = await ingest(status(429, { 'retry-after': '90' }))
  const wait = (refused.retryAt?.getTime() ?? 0) - asked
  assert.ok(wait >= 90_000 && wait < 100_000, `tried again after ${wait} ms`)
  const { waited } = state
  assert.equal((await ingest()).status, 'success')
  assert.ok(state.waited - waited >= 88_000, 'the next call waited for it')
  assert.equal(server.requests.filter(({ query }) => query.get('page') === '1').length, 3)
})

test('stores the snapshot on the attempt after a 5xx', async (t) => {
  const { ingest, state, pool } = await open(t)
  for (const code of [500, 502, 503]) {
    const outcome = await ingest(status(code))
    assert.equal(outcome.status, 'failed')
    assert.ok(outcome.retryAt !== undefined, 'retried before the next scheduled run')
    state.now -= tickMs
    assert.equal((await ingest()).status, 'success')
  }
  await assertInvariants({ pool })
})

test('stores a payload repeated for two hours as twelve snapshots, and reports its age', async (t) => {
  const { ingest, pool, countFacts } = await open(t)
  for (let tick = 0; tick < 12; tick += 1) assert.equal((await ingest()).status, 'success')
  assert.equal(await countFacts(), 13 * 20)
  const { rows: ages } = await pool.query('select distinct source_updated_at from fact_market_data')
  assert.equal(ages.length, 1, 'every fact stores the age of the source')
  await assertInvariants({ pool })
})

test('accepts a wrong unit after an hour, and a move of one coin at once', async (t) => {
  const { ingest } = await open(t)
  const crash: Answer = (response) =>
    sendJson(
      response,
      rows.map((row, index) => (index === 2 ? { ...row, current_price: 0.001 } : row)),
    )
  assert.equal((await ingest(crash)).status, 'success')
  const thousandfold: Answer = (response) =>
    sendJson(
      response,
      rows.map((row) => ({ ...row, current_price: Number(row.current_price) * 1000 })),
    )
  const ends: string[] = []
  for (let tick = 0; tick < 7; tick += 1) ends.push((await ingest(thousandfold)).status)
  assert.deepEqual(ends, [...Array<string>(6).fill('failed'), 'success'])
})
