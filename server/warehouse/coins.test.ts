import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { CoinListQuery } from '../../contract/coins.ts'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { openRun } from '../../test/jobs.ts'
import { toSnapshot } from '../../test/snapshots.ts'
import type { Snapshot } from '../snapshot.ts'
import { getCoin, listCoins } from './coins.ts'
import { publishSnapshot } from './snapshots.ts'

const first = new Date('2026-11-24T00:00:00Z')
const all = { page: 1, per_page: 100, sort_by: 'market_cap_rank', sort_dir: 'asc' } as const

async function open(t: TestContext): Promise<TestDatabase> {
  const database = await createTestDatabase()
  t.after(database.drop)
  return database
}

async function publish({ db }: TestDatabase, tick: Date, snapshots: Snapshot[]) {
  const runId = await openRun({ db })
  const batch = { source: 'test', snapshots, rejected: [] }
  await db.transaction().execute((tx) => publishSnapshot(tx, { tick, runId, batch, asked: snapshots.length }))
}

test('lists sort by every key with nulls last, and pages add up to the total', async (t) => {
  const database = await open(t)
  const caps = [5, null, 3, 9, null, 7]
  await publish(
    database,
    first,
    caps.map((market_cap, index) =>
      toSnapshot(`coin-${index}`, {
        market_cap,
        name: index % 2 ? `Beta ${index}` : `alpha ${index}`,
        market_cap_rank: market_cap && 10 - market_cap,
      }),
    ),
  )
  const capsOf = async (sort_dir: 'asc' | 'desc') =>
    (await listCoins(database.db, { ...all, sort_by: 'market_cap', sort_dir })).items.map((coin) => coin.market_cap)
  assert.deepEqual(await capsOf('asc'), [3, 5, 7, 9, null, null])
  assert.deepEqual(await capsOf('desc'), [9, 7, 5, 3, null, null])
  const names = (await listCoins(database.db, { ...all, sort_by: 'name' })).items.map((coin) => coin.name)
  assert.deepEqual(names, ['alpha 0', 'alpha 2', 'alpha 4', 'Beta 1', 'Beta 3', 'Beta 5'])
  const pages = await Promise.all([1, 2, 3, 4].map((page) => listCoins(database.db, { ...all, page, per_page: 2 })))
  assert.deepEqual(
    pages.map(({ items, total, pages: count }) => [items.length, total, count]),
    [
      [2, 6, 3],
      [2, 6, 3],
      [2, 6, 3],
      [0, 6, 3],
    ],
  )
  assert.equal(new Set(pages.flatMap(({ items }) => items.map(({ id }) => id))).size, 6)
})

test('a list of ids is sorted, searched and counted like all coins', async (t) => {
  const database = await open(t)
  await publish(database, first, [toSnapshot('one'), toSnapshot('two'), toSnapshot('three')])
  const { items } = await listCoins(database.db, all)
  const idOf = (coin: string) => items.find(({ coingecko_id }) => coingecko_id === coin)?.id ?? 0
  const list = async (query: Partial<CoinListQuery>) => {
    const { items, total } = await listCoins(database.db, { ...all, sort_by: 'name', ...query })
    return [...items.map(({ coingecko_id }) => coingecko_id), total]
  }
  const ids = [idOf('two'), idOf('one'), idOf('two'), 999_999_999].join()
  assert.deepEqual(await list({ ids }), ['one', 'two', 2])
  assert.deepEqual(await list({ ids, search: 'tw' }), ['two', 1])
  assert.deepEqual(await list({ ids, per_page: 1, page: 2 }), ['two', 2])
  assert.deepEqual(await list({ ids: '999999999' }), [0])
})

test('search is literal and case-insensitive over name, symbol and id; an empty warehouse is one empty page', async (t) => {
  const database = await open(t)
  assert.deepEqual(await listCoins(database.db, all), { items: [], total: 0, page: 1, per_page: 100, pages: 1 })
  await publish(database, first, [
    toSnapshot('one', { name: '100% Coin' }),
    toSnapshot('two', { name: 'Under_score', symbol: 'XYZ' }),
  ])
  const find = async (search: string) =>
    (await listCoins(database.db, { ...all, search })).items.map((coin) => coin.coingecko_id)
  assert.deepEqual(await Promise.all(['%', '_', 'xyz', 'ONE', '\\', "'; drop table dim_coin; --"].map(find)), [
    ['one'],
    ['two'],
    ['two'],
    ['one'],
    [],
    [],
  ])
})

test('filters include their bounds, leave out unknown figures, and combine with a search', async (t) => {
  const database = await open(t)
  const snapshots = [1, 2, 3, null].map((figure, index) =>
    toSnapshot(`coin-${index}`, {
      ...{ market_cap_rank: index + 1, name: `Coin ${index}` },
      ...{ market_cap: figure, volume: figure, price_change_24h_pct: figure },
    }),
  )
  await publish(database, first, snapshots)
  const find = async (query: Partial<CoinListQuery>) =>
    (await listCoins(database.db, { ...all, ...query })).items.map(({ name }) => name.slice(5)).join('')
  for (const figure of ['market_cap', 'total_volume', 'price_change_24h_pct'] as const) {
    const [min, max] = [`${figure}_min`, `${figure}_max`] as const
    const cases: [Partial<CoinListQuery>, string][] = [
      [{ [min]: 2 }, '12'],
      [{ [min]: 2.001 }, '2'],
      [{ [max]: 2 }, '01'],
      [{ [max]: 1.999 }, '0'],
      [{ [min]: 2, [max]: 2 }, '1'],
    ]
    for (const [query, found] of cases) assert.equal(await find(query), found, JSON.stringify(query))
    await assert.rejects(find({ [min]: 3, [max]: 2 }), new RegExp(`${min} must not be above ${max} \\(got 3 and 2\\)`))
  }
  assert.equal(await find({ market_cap_min: 2, search: 'coin 2', sort_by: 'name' }), '2')
})

test('a search lists the best match first unless it is sorted, and tolerates a typo', async (t) => {
  const database = await open(t)
  const names = ['Ethereum', 'Ether Fi', 'Solana', 'Ether']
  await publish(
    database,
    first,
    names.map((name, index) =>
      toSnapshot(name.toLowerCase(), { name, symbol: `x${index}`, market_cap_rank: index + 1 }),
    ),
  )
  const { sort_by: _, ...best } = all
  const find = async (query: Partial<CoinListQuery>) =>
    (await listCoins(database.db, { ...best, ...query })).items.map(({ name }) => name)
  assert.deepEqual(await find({ search: 'ETHER' }), ['Ether', 'Ethereum', 'Ether Fi'])
  assert.deepEqual(await find({ search: 'ether', sort_by: 'market_cap_rank' }), ['Ethereum', 'Ether Fi', 'Ether'])
  assert.deepEqual(await find({ search: 'solna' }), ['Solana'])
  assert.deepEqual(await find({ search: 'ether', per_page: 1, page: 2 }), ['Ethereum'])
  assert.deepEqual(await find({}), names)
})

test('longer changes compare with the close at the nearest midnight, and are null without it', async (t) => {
  const database = await open(t)
  const tick = new Date('2026-11-24T13:00:00Z')
  const rows = [
    { id: 'near', date: '2026-10-25', close_at: '2026-10-26T00:00:00Z' },
    { id: 'neighbor', date: '2026-10-24', close_at: '2026-10-25T00:00:00Z' },
    { id: 'early', date: '2026-10-25', close_at: '2026-10-25T22:59:00Z' },
    { id: 'year', date: '2025-11-24', close_at: '2025-11-25T00:40:00Z' },
  ]
  const snapshots = rows.map(({ id }) => toSnapshot(id, { price_usd: 12, ath: 16, max_supply: 7 }))
  await publish(database, tick, snapshots)
  for (const { id, date, close_at } of rows)
    await database.pool.query(
      `insert into fact_daily_ohlcv (coin_id, date, open, high, low, close, samples, close_at)
       select id, $2, 8, 8, 8, 8, 1, $3 from dim_coin where coingecko_id = $1`,
      [id, date, close_at],
    )
  await publish(database, tick, snapshots)
  const { items } = await listCoins(database.db, { ...all, sort_by: 'name' })
  const changes = items.map((coin) => [coin.name, coin.price_change_30d_pct, coin.price_change_1y_pct])
  assert.deepEqual(changes, [
    ['early', null, null],
    ['near', 50, null],
    ['neighbor', null, null],
    ['year', null, 50],
  ])
  const near = items.find(({ name }) => name === 'near')
  assert.deepEqual([near?.reference_price_30d, near?.ath_change_pct, near?.max_supply], [8, -25, 7])
  const detail = await getCoin(database.db, 'near')
  assert.deepEqual([detail.price_change_30d_pct, detail.reference_price_30d], [50, 8])
})

test('finds a coin by numeric id first, then by CoinGecko id', async (t) => {
  const database = await open(t)
  await publish(database, first, [
    toSnapshot('plain', { market_cap_rank: 1 }),
    toSnapshot('1', { market_cap_rank: 2 }),
    toSnapshot('42', { market_cap_rank: 3 }),
  ])
  const find = async (id: string) => (await getCoin(database.db, id)).coingecko_id
  assert.deepEqual(await Promise.all(['1', '42', 'plain'].map(find)), ['plain', '42', 'plain'])
  for (const id of ['none', '99999999999999']) await assert.rejects(find(id), /Coin with id .* not found/)
})

test('a coin links to the tracked coins before and after it by rank', async (t) => {
  const database = await open(t)
  const ranks = { a: 1, b: 3, c: 3, d: 7, unranked: null }
  const listed = Object.entries(ranks).map(([id, market_cap_rank]) => toSnapshot(id, { market_cap_rank }))
  await publish(database, first, [...listed, toSnapshot('retired', { market_cap_rank: 5 })])
  await publish(database, new Date('2026-11-24T00:10:00Z'), listed)
  const links = []
  for (const id of [...Object.keys(ranks), 'retired']) {
    const { previous, next } = await getCoin(database.db, id)
    links.push([id, previous?.coingecko_id, next?.coingecko_id, next?.market_cap_rank])
  }
  assert.deepEqual(links, [
    ['a', undefined, 'b', 3],
    ['b', 'a', 'c', 3],
    ['c', 'b', 'd', 7],
    ['d', 'c', undefined, undefined],
    ['unranked', undefined, undefined, undefined],
    ['retired', undefined, undefined, undefined],
  ])
})
