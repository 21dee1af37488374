import assert from 'node:assert/strict'
import { test } from 'node:test'
import { complete, suggest } from './completion.ts'

const toView = (name: string, ...columns: string[]) => ({
  name,
  description: '',
  columns: columns.map((column) => ({ name: column, type: 'text', description: null })),
})
const views = [toView('market.coins', 'coin_id', 'name'), toView('market.daily', 'coin_id', 'close')]
const at = (value: string, caret = value.length) => ({ value, selectionStart: caret, selectionEnd: caret })

test('suggests views, and the columns of the views in use', () => {
  assert.deepEqual(suggest(views, at('select * from mar')), ['market.coins', 'market.daily'])
  assert.deepEqual(suggest(views, at('select c from market.coins', 8)), ['coin_id'])
  assert.deepEqual(suggest(views, at('select c')), ['coin_id', 'close'])
  for (const text of ['', 'select ', 'select coin_id', 'select zzz'])
    assert.deepEqual(suggest(views, at(text)), [], text)
})

test('replaces the word before the caret', () => {
  const completed = complete(at('select coi from market.coins', 10), 'coin_id')
  assert.deepEqual(completed, { text: 'select coin_id from market.coins', caret: 14 })
})
