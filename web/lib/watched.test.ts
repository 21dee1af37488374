import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Watchlist } from '../../contract/watchlist.ts'
import { withCoin, withoutCoin } from './watched.ts'

const coin = (id: number) => ({ id, coingecko_id: `coin-${id}`, symbol: `c${id}`, name: `Coin ${id}`, image_url: null })
const empty: Watchlist = { coin_ids: [], items: [] }
const listOf = (...ids: number[]): Watchlist =>
  ids.reduce<Watchlist>((list, id) => withCoin(list, coin(id)) ?? list, empty)

test('a coin that is taken off and put back stands where it stood', () => {
  const list = listOf(3, 1, 2)
  const place = 1
  assert.deepEqual(withCoin(withoutCoin(list, 1), coin(1), place)?.coin_ids, [3, 1, 2])
  assert.deepEqual(withCoin(withoutCoin(list, 3), coin(3), 0)?.coin_ids, [3, 1, 2])
  assert.deepEqual(withCoin(withoutCoin(list, 3), coin(3))?.coin_ids, [1, 2, 3])
})

test('ids and items stay the same list, a coin is on it once, and an unknown list stays unknown', () => {
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
