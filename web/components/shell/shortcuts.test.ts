import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pageKeys } from './navigation.ts'
import { Shortcuts } from './shortcuts.ts'

const pages = [
  { key: 'd', href: '/' },
  { key: 'm', href: '/market' },
]
const plain = { withCommand: false, isTyping: false, at: 0 }

/** What each key of `keys` asks for, pressed `apart` ms after the one before. */
function type(keys: string[], apart = 100, options: Partial<typeof plain> = {}) {
  const shortcuts = new Shortcuts(pages)
  return keys.map((key, index) => shortcuts.press({ ...plain, ...options, key, at: index * apart }))
}

test('g and a letter lead to a page, if the letter follows soon', () => {
  assert.deepEqual(type(['g', 'm']), [null, { type: 'page', href: '/market' }])
  assert.deepEqual(type(['g', 'D']), [null, { type: 'page', href: '/' }])
  assert.deepEqual(type(['g', 'm'], 1500), [null, null])
  assert.deepEqual(type(['g', 'x', 'm']), [null, null, null])
  assert.deepEqual(type(['g', 'g', 'm']).at(-1), { type: 'page', href: '/market' })
  assert.deepEqual(type(['m', 'd']), [null, null])
})

test('a slash searches and a question mark helps, but not while somebody types', () => {
  assert.deepEqual(type(['/', '?']), [{ type: 'search' }, { type: 'help' }])
  assert.deepEqual(type(['g', '?']).at(-1), { type: 'help' })
  assert.deepEqual(type(['/', '?', 'g', 'm'], 100, { isTyping: true }), [null, null, null, null])
})

test('with Ctrl or Cmd only K counts, and also while somebody types', () => {
  const withCommand = { withCommand: true, isTyping: true }
  assert.deepEqual(type(['k', 'K', 'g', '/', 'm'], 100, withCommand), [
    { type: 'search' },
    { type: 'search' },
    null,
    null,
    null,
  ])
})

test('each page has its own letter', () => {
  assert.equal(new Set(pageKeys.map(({ key }) => key)).size, pageKeys.length)
})
