import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { countTypos, matchCoins, normalizeText } from './coin-search.ts'

const names = [
  ['bitcoin', 'btc', 'Bitcoin'],
  ['ethereum', 'eth', 'Ethereum'],
  ['solana', 'sol', 'Solana'],
  ['dogecoin', 'doge', 'Dogecoin'],
  ['bitcoin-cash', 'bch', 'Bitcoin Cash'],
  ['ethereum-classic', 'etc', 'Ethereum Classic'],
  ['cafe', 'cafe', 'Caf\u00e9 Token'],
  ['gross', 'grs', 'Großes Geld'],
  ['etherium-x', 'etx', 'Etherium X'],
  ['bitcoin-2', 'sol2', 'Wrapped Bitcoin 2'],
] as const
const coins = names.map(([coingecko_id, symbol, name], index) => ({
  ...{ coin_id: index + 1, coingecko_id, symbol, name },
  rank: index + 1,
}))
const find = (text: string) => matchCoins(coins, text).map((id) => coins[id - 1]?.coingecko_id)

test('finds coins in spite of typos, and lists exact matches first', () => {
  assert.equal(find('bitcion')[0], 'bitcoin')
  assert.deepEqual(find('solna'), ['solana'])
  assert.deepEqual(find('dogcoin'), ['dogecoin'])
  assert.deepEqual(find('bitcoin csah'), ['bitcoin-cash'])
  assert.deepEqual(find('etheri').slice(0, 2), ['etherium-x', 'ethereum'])
  assert.ok(find('etherium').includes('ethereum'), 'above a smaller coin with that name')
  assert.deepEqual(find('bitcoin'), ['bitcoin', 'bitcoin-cash', 'bitcoin-2'])
  assert.deepEqual(find('sol'), ['solana', 'bitcoin-2'])
  assert.deepEqual(find('etc'), ['ethereum-classic'])
  for (const nonsense of ['zzzz', 'qwertz', 'sxlxna', 'xsol', 'bt'])
    assert.deepEqual(find(nonsense), nonsense === 'bt' ? ['bitcoin'] : [])
})

test('compares letters without case, composed or decomposed', () => {
  for (const text of ['café', 'cafe\u0301', 'CAFÉ', 'Cafe\u0301 token', 'ＣＡＦＥ'])
    assert.deepEqual(find(text), ['cafe'], text)
  for (const text of ['großes', 'GROSSES', 'grosses']) assert.deepEqual(find(text), ['gross'], text)
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      assert.equal(normalizeText(text.normalize('NFC')), normalizeText(text.normalize('NFD')))
    }),
  )
})

test('counts edits up to a limit', () => {
  const cases = [
    ['', '', 0],
    ['abc', 'abc', 0],
    ['bitcion', 'bitcoin', 1],
    ['solna', 'solana', 1],
    ['etherium', 'ethereum', 1],
    ['abc', 'xbd', 2],
    ['abc', 'xyz', 3],
    ['a', 'abcdef', 3],
  ] as const
  for (const [from, to, typos] of cases) assert.equal(countTypos(from, to, 2), typos, `${from} ${to}`)
})
