import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { notify } from '../server/notifications/notify.ts'
import { inTransaction } from '../server/warehouse/db.ts'
import { call, createAccountsApi, type Session, signUp } from './accounts.ts'
import { addCoins } from './alerts.ts'
import { createTestDatabase, type TestDatabase } from './database.ts'
import { listOperations, readOpenApi } from './openapi.ts'

let database: TestDatabase
let app: FastifyInstance
let owner: Session
/** What the owner has, by the parameter that names it in paths: a parameter, or a path with `{id}`. */
let owned: Record<string, string | number>

async function create(route: string, body: unknown): Promise<{ id: number }> {
  const answer = await call(app, `POST ${route}`, { as: owner, body })
  assert.ok(answer.status < 300, `${route}: ${answer.status} ${answer.body.detail}`)
  return answer.body
}

before(async () => {
  database = await createTestDatabase()
  await addCoins(database, new Date().toISOString())
  app = await createAccountsApi(database)
  owner = await signUp(app)
  const at = new Date().toISOString()
  const portfolio = await create('/portfolios', { name: 'Savings' })
  const buy = { type: 'buy', coin_id: 1, quantity: 1, price_usd: 5, at }
  const transaction = await create(`/portfolios/${portfolio.id}/transactions`, buy)
  const share = await create(`/portfolios/${portfolio.id}/shares`, { hides_amounts: true })
  const holding = await create('/portfolio/holdings', { coin_id: 2, quantity: 1, buy_price_usd: 5 })
  const alert = await create('/alerts', {
    condition: { type: 'price', coin_id: 1, direction: 'above', price_usd: 9e5 },
  })
  const key = await create('/auth/keys', { name: 'agent', scopes: ['read'] })
  const channel = await create('/notifications/channels', {
    kind: 'webhook',
    name: 'Mine',
    settings: { url: 'https://crypto.example.org/hook' },
  })
  await inTransaction(database.pool, (tx) =>
    notify(tx, { accountId: owner.id, key: 'k', title: 't', text: 't', path: '/', at, channelIds: [channel.id] }),
  )
  const read = async (text: string) => (await database.pool.query<{ id: number }>(text)).rows[0]?.id ?? 0
  owned = {
    portfolio_id: portfolio.id,
    transaction_id: transaction.id,
    share_id: share.id,
    holding_id: holding.id,
    alert_id: alert.id,
    channel_id: channel.id,
    notification_id: await read('select id from notification'),
    delivery_id: await read('select id from notification_delivery'),
    '/api/v1/auth/keys/{id}': key.id,
    '/api/v1/auth/sessions/{id}': await read('select id from sessions'),
  }
})
after(async () => {
  await app.close()
  await database.drop()
})

/** Paths that name nothing personal. */
const shared = /^\/api\/v1\/(coins|analytics|quality|export|watchlist|pipeline|public)\/|^\/api\/v3\//

/** Every route that names something of an account, with what the owner has. */
async function listPersonal() {
  const operations = listOperations(await readOpenApi(app)).filter(
    ({ path }) => path.includes('{') && !shared.test(path),
  )
  return operations.map(({ method, path, operation }) => {
    const url = path.replace(/\{(\w+)\}/g, (_all, name) => {
      const id = owned[path] ?? owned[name]
      assert.ok(id !== undefined, `${path}: state what {${name}} of the owner is, or that it is not personal`)
      return String(id)
    })
    const content = Object.values(operation.requestBody?.content ?? {})[0]
    const body = content?.example ?? (content?.schema.examples as unknown[] | undefined)?.[0]
    return { method, url: url.replace('/api/v1', ''), body }
  })
}

test('what belongs to another account does not exist, over every route', async () => {
  const routes = await listPersonal()
  assert.ok(routes.length > 20, `${routes.length} routes`)
  const stranger = await signUp(app)
  const administrator = await signUp(app, { db: database.db, role: 'administrator' })
  for (const as of [stranger, administrator])
    for (const { method, url, body } of routes) {
      const { status } = await call(app, `${method} ${url}`, { as, body })
      assert.equal(status, 404, `${method} ${url}`)
    }
  for (const { method, url, body } of routes) {
    const { status } = await call(app, `${method} ${url}`, { body })
    assert.equal(status, 401, `${method} ${url} without sign-in`)
  }
  for (const { method, url } of routes) {
    if (method !== 'GET') continue
    const { status } = await call(app, `${method} ${url}`, { as: owner })
    assert.equal(status, 200, `${url} for its owner`)
  }
  for (const { method, url } of routes.toReversed()) {
    if (method !== 'DELETE') continue
    const { status } = await call(app, `${method} ${url}`, { as: owner })
    assert.equal(status, 204, `${url} for its owner`)
  }
})
