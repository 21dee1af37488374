import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { maxAlerts } from '../../contract/alert-lists.ts'
import type { Alert } from '../../contract/alerts.ts'
import { call, createAccountsApi, type Session, signUp } from '../../test/accounts.ts'
import { addAlert, addCoins } from '../../test/alerts.ts'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { listOperations, readOpenApi } from '../../test/openapi.ts'

let database: TestDatabase
let app: FastifyInstance
let ada: Session
let bob: Session
before(async () => {
  database = await createTestDatabase()
  app = await createAccountsApi(database)
  await addCoins(database, new Date().toISOString())
  ada = await signUp(app)
  bob = await signUp(app)
})
after(async () => {
  await app.close()
  await database.drop()
})

type Body = Alert & { detail: string; items: { alert_id: number | null; title: string }[]; total: number }
const send = async (as: Session, route: string, body?: unknown) =>
  (await call(app, route, { as, ...(body === undefined ? {} : { body }) })) as never as { status: number; body: Body }
const list = async (as: Session): Promise<Alert[]> => {
  const answer = await app.inject({ url: '/api/v1/alerts', headers: { authorization: `Bearer ${as.token}` } })
  return answer.json()
}
const priceAbove = { type: 'price', coin_id: 'bitcoin', direction: 'above', price_usd: 70_000 }
const hourAhead = () => new Date(Date.now() + 3_600_000).toISOString()

test('creates an alert of each type, lists it in words, and deletes it', async () => {
  const { body: portfolio } = await send(ada, 'POST /portfolios', { name: 'Main' })
  const conditions: [object, string][] = [
    [priceAbove, 'Bitcoin price at or above $70,000'],
    [
      { type: 'change', coin_id: 2, direction: 'either', window: '24h', percent: 5 },
      'Ethereum moves 5% or more in 24 hours',
    ],
    [{ type: 'volume', coin_id: 1, multiple: 3 }, 'Bitcoin 24h volume at or above 3× its 30-day mean'],
    [{ type: 'all_time_high', coin_id: 1 }, 'Bitcoin above its all-time high'],
    [{ type: 'all_time_low', coin_id: 1 }, 'Bitcoin below its all-time low'],
    [
      { type: 'moving_average', coin_id: 1, days: 50, direction: 'below', percent: -10 },
      'Bitcoin at or below −10% from its 50-day average',
    ],
    [{ type: 'rsi', coin_id: 1, direction: 'above', level: 70 }, 'Bitcoin RSI (14 days) at or above 70'],
    [
      { type: 'portfolio', portfolio_id: portfolio.id, figure: 'profit', direction: 'above', usd: 0 },
      'Main profit at or above $0',
    ],
    [{ type: 'job', job_id: null, problem: 'either' }, 'Any job failing or late'],
    [{ type: 'incident', severity: 'major' }, 'Incident open: major or critical'],
    [{ type: 'data_age', minutes: 30 }, 'Data older than 30 min'],
    [{ type: 'feed', source: null }, 'Price stream down'],
  ]
  for (const [condition, words] of conditions) {
    const { status, body } = await send(ada, 'POST /alerts', { condition })
    assert.deepEqual([status, body.description, body.state], [201, words, 'active'], JSON.stringify(body))
  }
  const all = await list(ada)
  assert.equal(all.length, conditions.length)
  assert.equal(all.at(-1)?.condition.type, 'price')
  for (const { id } of all) assert.equal((await send(ada, `DELETE /alerts/${id}`)).status, 204)
  assert.deepEqual(await list(ada), [])
})

test('changes, snoozes and turns off an alert; a new condition arms it again', async () => {
  const { body } = await send(ada, 'POST /alerts', { condition: priceAbove, note: ' top ', expires_at: hourAhead() })
  assert.equal(body.note, 'top')
  await database.pool.query(`update alert set state = 'triggered', triggered_at = now() where id = $1`, [body.id])
  const patch = async (change: object) => (await send(ada, `PATCH /alerts/${body.id}`, change)).body.state
  assert.equal(await patch({ note: null }), 'triggered')
  assert.equal(await patch({ condition: { ...priceAbove, price_usd: 71_000 } }), 'active')
  assert.equal((await send(ada, `POST /alerts/${body.id}/snooze`, { until: hourAhead() })).body.state, 'snoozed')
  assert.equal((await send(ada, `POST /alerts/${body.id}/snooze`, { until: null })).body.state, 'active')
  assert.equal(await patch({ is_active: false }), 'off')
  await database.pool.query(`update alert set state = 'triggered' where id = $1`, [body.id])
  assert.equal(await patch({ is_active: true }), 'active', 'turned on again')
  const test = await send(ada, `POST /alerts/${body.id}/test`)
  assert.match(JSON.stringify(test.body), /Test sent to the app\./)
  assert.equal((await send(ada, 'GET /alerts/events')).body.total, 0, 'a test is not in the history')
})

test('refuses what no alert can be, and says why', async () => {
  const refused: [object, number, RegExp][] = [
    [{}, 422, /Give a condition, such as/],
    [{ condition: { type: 'nothing' } }, 422, /condition\.type must be one of price, change/],
    [{ condition: { ...priceAbove, price_usd: 0 } }, 422, /price_usd must be a number from 1e-30/],
    [{ condition: { ...priceAbove, direction: 'up' } }, 422, /direction must be one of above, below, crosses/],
    [{ condition: { type: 'price', coin_id: 1 } }, 422, /missing/],
    [{ condition: { ...priceAbove, more: 1 } }, 422, /type price/],
    [{ condition: { ...priceAbove, coin_id: 'no-such-coin' } }, 404, /no-such-coin not found/],
    [{ condition: priceAbove, target_price: 1 }, 422, /not both/],
    [{ condition: priceAbove, channel_ids: [99] }, 404, /Channel 99 not found/],
    [{ condition: priceAbove, expires_at: '2020-01-01T00:00:00Z' }, 422, /expires_at must be in the future/],
    [{ condition: priceAbove, repeat: { type: 'cool_down', minutes: 0 } }, 422, /repeat/],
    [
      { condition: { type: 'portfolio', portfolio_id: 99_999, figure: 'value', direction: 'above', usd: 1 } },
      404,
      /Portfolio/,
    ],
  ]
  for (const [body, status, words] of refused) {
    const answer = await send(ada, 'POST /alerts', body)
    assert.equal(answer.status, status, JSON.stringify([body, answer.body]))
    assert.match(answer.body.detail, words)
  }
})

test('older clients create, change, check and list their alerts', async () => {
  const eve = await signUp(app)
  const { status, body } = await send(eve, 'POST /alerts', { coin_id: 1, target_price: 50_000, direction: 'below' })
  assert.deepEqual(
    [status, body.coin_id, body.symbol, body.target_price, body.direction, body.triggered],
    [201, 1, 'btc', 50_000, 'below', false],
  )
  const changed = await send(eve, `PUT /alerts/${body.id}`, { target_price: 51_000 })
  assert.deepEqual([changed.status, changed.body.target_price, changed.body.direction], [200, 51_000, 'below'])
  const event = `insert into alert_event (user_id, alert_id, key, type, coin_id, direction, title, text, path, value, threshold, at)
    values ($1, $2, 'k', 'price', 1, 'below', 't', 'x', '/', 50000, 51000, now())`
  await database.pool.query(event, [eve.id, body.id])
  await database.pool.query(`update alert set state = 'triggered', triggered_at = now() where id = $1`, [body.id])
  const check = async () => (await send(eve, 'POST /alerts/check')).body as unknown
  const triggered = {
    alert_id: body.id,
    coin_id: 1,
    coingecko_id: 'bitcoin',
    symbol: 'btc',
    name: 'Bitcoin',
    direction: 'below',
    target_price: 51_000,
    current_price: 50_000,
  }
  assert.deepEqual(await check(), { triggered: [triggered], checked: 0 })
  assert.deepEqual(await check(), { triggered: [], checked: 0 }, 'each trigger is returned once')
  const page = (await send(eve, 'GET /alerts/triggered?page=1&per_page=20')).body as never as { items: Alert[] }
  assert.deepEqual([page.items[0]?.id, page.items[0]?.triggered], [body.id, true])
  const edit = await send(eve, `PUT /alerts/${body.id}`, { target_price: 1 })
  assert.deepEqual([edit.status, edit.body.detail], [400, 'Cannot edit a triggered alert'])
  assert.equal((await send(eve, `DELETE /alerts/${body.id}`)).status, 204)
  const { body: history } = await send(eve, 'GET /alerts/events')
  assert.deepEqual([history.total, history.items[0]?.alert_id], [1, null], 'the history outlives the alert')
})

test('an account holds up to the maximum of alerts', async () => {
  const max = await signUp(app)
  await database.pool.query(
    `insert into alert (user_id, type, coin_id, condition, repeat)
     select $1, 'price', 1, '{"type": "price", "coin_id": 1, "direction": "above", "price_usd": 1e9}', '{"type": "once"}'
     from generate_series(1, $2)`,
    [max.id, maxAlerts - 1],
  )
  const answers = await Promise.all([1, 2, 3].map(() => send(max, 'POST /alerts', { condition: priceAbove })))
  assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 409, 409])
  assert.match(answers.find(({ status }) => status === 409)?.body.detail ?? '', /maximum of 1,000 alerts\. Delete/)
  assert.equal((await list(max)).length, maxAlerts)
})

test('every route answers 404 to the alert of another account, and changes nothing', async () => {
  const { body: own } = await send(ada, 'POST /alerts', { condition: priceAbove })
  await addAlert(database, bob.id, { type: 'price', coin_id: 1, direction: 'above', price_usd: 1 })
  const before = JSON.stringify((await send(ada, `GET /alerts/${own.id}`)).body)
  const operations = listOperations(await readOpenApi(app)).filter(({ path }) => path.includes('/alerts/{'))
  assert.ok(operations.length >= 6, String(operations.length))
  for (const { method, path, operation } of operations) {
    const body = Object.values(operation.requestBody?.content ?? {})[0]
    const payload = body?.example ?? (body?.schema.examples as unknown[] | undefined)?.[0]
    const answer = await app.inject({
      method: method as 'GET',
      url: path.replace('{alert_id}', String(own.id)),
      headers: { authorization: `Bearer ${bob.token}` },
      ...(payload === undefined ? {} : { payload: payload as object }),
    })
    assert.equal(answer.statusCode, 404, `${method} ${path}: ${answer.body}`)
  }
  assert.equal((await send(bob, `GET /alerts/events?alert_id=${own.id}`)).status, 404)
  assert.equal(JSON.stringify((await send(ada, `GET /alerts/${own.id}`)).body), before)
  const { body: portfolio } = await send(ada, 'POST /portfolios', { name: 'Own' })
  const theirs = { type: 'portfolio', portfolio_id: portfolio.id, figure: 'value', direction: 'above', usd: 1 }
  assert.equal((await send(bob, 'POST /alerts', { condition: theirs })).status, 404)
})
