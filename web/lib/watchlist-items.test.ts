import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Watchlist } from '../../contract/watchlist.ts'
import { withCoin, withoutCoin } from './watchlist-items.ts'

const coin = (id: number) => ({
  id,
  coingecko_id: `coin-${id}`,
  symbol: `c${id}`,
  name: `Coin ${id}`,
  image_url: null,
  logo_url: null,
})
const empty: Watchlist = { coin_ids: [], items: [] }
const listOf = (...ids: number[]): Watchlist =>
  ids.reduce<Watchlist>((list, id) => withCoin(list, coin(id)) ?? list, empty)

test('a removed coin can be added back at its index', () => {
  const list = listOf(3, 1, 2)
  const index = 1
  assert.deepEqual(withCoin(withoutCoin(list, 1), coin(1), index)?.coin_ids, [3, 1, 2])
  assert.deepEqual(withCoin(withoutCoin(list, 3), coin(3), 0)?.coin_ids, [3, 1, 2])
  assert.deepEqual(withCoin(withoutCoin(list, 3), coin(3))?.coin_ids, [1, 2, 3])
})

test('ids and items match, a coin is listed once, and a list that is not loaded stays so', () => {
  const list = listOf(3, 1, 2)
  const twice = withCoin(list, coin(1))
  assert.deepEqual(twice?.coin_ids, [3, 1, 2])
  assert.deepEqual(
    twice?.items.map(({ coin_id }) => coin_id),
    [3, 1, 2],
  )
  assert.deepEqual(withoutCoin(list, 9)?.coin_ids, [3, 1, 2])
  assert.deepEqual([withCoin(undefined, coin(1)), withoutCoin(undefined, 1)], [undefined, undefined])
})
