import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import type { Watchlist } from '../../contract/watchlist.ts'
import { call, createAccountsApi, type Session, signUp } from '../../test/accounts.ts'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { deleteWatched, insertWatched } from '../warehouse/watchlist.ts'

let database: TestDatabase
let app: FastifyInstance
let ada: Session
let bob: Session
before(async () => {
  database = await createTestDatabase()
  app = await createAccountsApi(database)
  await database.pool.query(`insert into dim_coin (coingecko_id, symbol, name, first_seen_at, last_seen_at)
    select id, left(id, 3), initcap(id), now(), now() from unnest(array['bitcoin', 'ethereum', 'solana', 'dogecoin']) id`)
  ada = await signUp(app)
  bob = await signUp(app)
})
after(async () => {
  await app.close()
  await database.drop()
})

const read = async (as: Session): Promise<Watchlist> => (await call(app, 'GET /watchlist', { as })).body as never
const idsOf = async (as: Session) => (await read(as)).items.map(({ coingecko_id }) => coingecko_id)
const order = (as: Session, coins: unknown[]) => call(app, 'PUT /watchlist', { as, body: { coins } })

test('adds coins once by id or CoinGecko id, lists them in order and removes them', async () => {
  const headers = { 'content-type': 'application/json' }
  const added = await call(app, 'POST /watchlist/2', { as: ada, headers })
  assert.deepEqual([added.status, added.body], [201, { message: 'Added to watchlist', coin_id: 2 }])
  assert.equal((await call(app, 'POST /watchlist/bitcoin', { as: ada })).status, 201)
  const again = await call(app, 'POST /watchlist/ethereum', { as: ada })
  assert.deepEqual([again.status, again.body], [201, { message: 'Already in watchlist', coin_id: 2 }])
  const list = await read(ada)
  assert.deepEqual(list.coin_ids, [2, 1])
  assert.deepEqual(Object.keys(list.items[0] ?? {}), [
    'coin_id',
    'coingecko_id',
    'symbol',
    'name',
    'image_url',
    'logo_url',
    'added_at',
    'is_tracked',
    'last_seen_at',
    'successor',
  ])
  const removed = await call(app, 'DELETE /watchlist/ethereum', { as: ada, headers })
  assert.deepEqual([removed.status, removed.body], [204, {}])
  assert.equal((await call(app, 'DELETE /watchlist/2', { as: ada })).status, 404)
  assert.deepEqual((await read(ada)).coin_ids, [1])
})

test('moves the given coins to the top and keeps the order of the others', async () => {
  for (const coin of ['ethereum', 'solana', 'dogecoin']) await call(app, `POST /watchlist/${coin}`, { as: ada })
  assert.deepEqual(await idsOf(ada), ['bitcoin', 'ethereum', 'solana', 'dogecoin'])
  const answer = await order(ada, ['dogecoin', 2])
  assert.deepEqual([answer.status, answer.body], [200, await read(ada)])
  assert.deepEqual(await idsOf(ada), ['dogecoin', 'ethereum', 'bitcoin', 'solana'])
  assert.equal((await order(ada, ['ethereum', 2])).status, 422)
  assert.equal((await order(ada, ['solana', 'unknown'])).status, 404)
  for (const coins of [[], [1.5], [null], [{}], ['x'.repeat(201)], Array(501).fill('bitcoin')])
    assert.equal((await order(ada, coins)).status, 422)
  assert.deepEqual(await idsOf(ada), ['dogecoin', 'ethereum', 'bitcoin', 'solana'])
  await Promise.all([
    order(ada, ['solana']),
    order(ada, ['bitcoin', 'solana']),
    call(app, 'DELETE /watchlist/2', { as: ada }),
  ])
  assert.deepEqual((await idsOf(ada)).sort(), ['bitcoin', 'dogecoin', 'solana'])
})

test('rejects reads and changes of the watchlist of another account', async () => {
  const before = await read(ada)
  assert.deepEqual(await read(bob), { coin_ids: [], items: [] })
  await call(app, 'POST /watchlist/ethereum', { as: bob })
  assert.equal((await call(app, 'DELETE /watchlist/dogecoin', { as: bob })).status, 404)
  assert.equal((await order(bob, ['ethereum', 'dogecoin'])).status, 404)
  for (const query of [`?user_id=${ada.id}`, `?user=${ada.id}`])
    assert.deepEqual((await call(app, `GET /watchlist${query}`, { as: bob })).body, await read(bob))
  const body = { coins: ['ethereum'], user_id: ada.id }
  assert.equal((await call(app, 'PUT /watchlist', { as: bob, body })).status, 422)
  assert.deepEqual(await read(ada), before)
})

test('responds with 404 to unknown coins, 401 without a session and 409 at the limit', async () => {
  for (const route of [
    'POST /watchlist/unknown',
    'DELETE /watchlist/unknown',
    'POST /watchlist/999999',
    'POST /watchlist/-1',
  ]) {
    const { status, body } = await call(app, route, { as: ada })
    assert.equal(status, 404, route)
    assert.match(body.detail, /^Coin with id .* not found$/)
  }
  for (const route of ['GET /watchlist', 'PUT /watchlist', 'POST /watchlist/1', 'DELETE /watchlist/1'])
    assert.equal((await call(app, route)).status, 401, route)
  await database.pool.query(
    `insert into watchlist (user_id, coin_id, position) select $1, 1000 + n, n from generate_series(1, 499) n`,
    [bob.id],
  )
  assert.equal((await call(app, 'POST /watchlist/bitcoin', { as: bob })).status, 409)
  assert.equal((await call(app, 'POST /watchlist/ethereum', { as: bob })).body.detail, undefined)
})

test('a coin that is removed while it is added again does not count as a full list', async () => {
  const { id: userId } = await signUp(app)
  const watched = { userId, coinId: 1 }
  assert.equal(await insertWatched(database.db, watched), 'added')
  let statements = 0
  const meddling = database.db.withPlugin({
    transformQuery: ({ node }) => node,
    transformResult: async ({ result }) => {
      statements += 1
      if (statements === 1) assert.equal(await deleteWatched(database.db, watched), 1)
      return result
    },
  })
  assert.equal(await insertWatched(meddling, watched), 'added')
})

test('merges the coins of a device in their order, up to the limit', async () => {
  const eve = await signUp(app)
  const merge = (coins: unknown[]) => call(app, 'POST /watchlist', { as: eve, body: { coins } })
  await call(app, 'POST /watchlist/solana', { as: eve })
  assert.deepEqual((await merge(['dogecoin', 'solana', 'nonsense', 'bitcoin', 'dogecoin'])).body, {
    ...{ added: ['dogecoin', 'bitcoin'], present: ['solana'] },
    ...{ full: [], unknown: ['nonsense'] },
  })
  assert.deepEqual(await idsOf(eve), ['solana', 'dogecoin', 'bitcoin'])
  await database.pool.query(
    `insert into watchlist (user_id, coin_id, position)
     select user_id, n, n from watchlist, generate_series(1000, 1495) n where user_id =
       (select max(id) from users) and coin_id = (select id from dim_coin where coingecko_id = 'solana')`,
  )
  await call(app, 'DELETE /watchlist/bitcoin', { as: eve })
  const full = await merge(['ethereum', 'bitcoin', 'dogecoin'])
  assert.deepEqual(full.body, { added: ['ethereum', 'bitcoin'], present: ['dogecoin'], full: [], unknown: [] })
  await call(app, 'DELETE /watchlist/bitcoin', { as: eve })
  await database.pool.query('insert into watchlist (user_id, coin_id, position) select max(id), 2000, 2000 from users')
  assert.deepEqual((await merge(['bitcoin'])).body, { added: [], present: [], full: ['bitcoin'], unknown: [] })
  assert.equal((await merge([])).status, 422)
})
