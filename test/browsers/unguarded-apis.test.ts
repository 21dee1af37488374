import assert from 'node:assert/strict'
import { test } from 'node:test'
import { floor, listNewerApis } from './newer-apis.ts'
import { listUnguarded } from './unguarded-apis.ts'

const check = (code: string): string[] =>
  listUnguarded([{ name: 'page.js', code }]).map((use) => use.replace(/^\S+ /, ''))

test('reads the oldest supported browsers from package.json', () => {
  assert.deepEqual(
    floor.map(({ browser, version }) => `${browser} ${version}`),
    ['chrome 111', 'edge 111', 'firefox 128', 'safari 16.4', 'safari_ios 16.4'],
  )
})

test('counts an API as newer when one supported browser lacks it', () => {
  const { globals, statics, names, members } = listNewerApis()
  // Chrome 126, Firefox 126, Safari 18 · Chrome 120, Firefox 115, Safari 17 · Chrome 119, Firefox 121, Safari 17.4
  for (const api of ['URL.parse', 'URL.canParse', 'Promise.withResolvers']) assert.ok(statics.has(api), api)
  // Chrome 110, Firefox 115, Safari 16 · Chrome 103, Firefox 100, Safari 16
  for (const api of ['Array.from', 'AbortSignal.timeout', 'Object.hasOwn']) assert.ok(!statics.has(api), api)
  assert.ok(globals.has('scheduler') && globals.has('Iterator'))
  assert.ok(!globals.has('CompressionStream') && !globals.has('structuredClone'))
  assert.ok(names.has('isSubsetOf') && !names.has('toSorted') && !names.has('map'))
  assert.ok(members.get('Iterator')?.includes('map'), 'the browser test deletes it without a unique name')
})

test('finds every call of a newer API', () => {
  const cases: [string, string][] = [
    ['function f(n) { let u = URL.parse(n); return u }', 'URL.parse'],
    ['window.URL; var a = n => Map.groupBy(n, x => x).size', 'Map.groupBy'],
    ['Promise.withResolvers().promise.then(f)', 'Promise.withResolvers'],
    ['Array.fromAsync(f())', 'Array.fromAsync'],
    ['AbortSignal["any"]([s])', 'AbortSignal.any'],
    ['new Set(a).union(b)', '.union'],
    ['a.checkVisibility()', '.checkVisibility'],
    ['globalThis.scheduler.yield()', 'scheduler'],
    ['new Intl.DurationFormat("en")', 'Intl.DurationFormat'],
    ['navigator.connection.effectiveType', 'navigator.connection'],
    ['if (isNew) URL.parse("a")', 'URL.parse'],
    ['if (URL.parse) f(); else { Promise.try(f) }', 'Promise.try'],
  ]
  for (const [code, api] of cases) assert.ok(check(code).includes(api), `${code}: ${check(code)}`)
  assert.match(listUnguarded([{ name: 'page.js', code: '\nURL.parse("a")' }]).join(), /^page\.js:2:1 URL\.parse$/)
})

test('rejects newer syntax', () => {
  assert.match(check('var r = /[\\p{L}--[a-z]]/v').join(), /Invalid regular expression/)
  assert.deepEqual(check('class A { static { this.#a = 1 } static #a }; a ??= b?.c'), [])
})

test('accepts guarded calls and uses that call nothing', () => {
  for (const code of [
    'var u = URL.parse ? URL.parse("a") : null',
    'if (typeof URL.parse === "function") { URL.parse("a") }',
    'URL.parse?.("a")',
    'navigator.connection?.effectiveType',
    '"connection" in navigator && f(navigator.connection.effectiveType)',
    'function f() { if (!URL.parse) return null; return URL.parse("a") }',
    'try { document.startViewTransition(f) } catch { f() }',
    'typeof scheduler === "undefined" ? f() : scheduler.yield()',
    'var any = AbortSignal.any',
    'function f(URL) { return URL.parse("a") }',
    'class A { union(b) { return b } } new A().union(1)',
    'a.map(f); [].toSorted(); Object.hasOwn(a, "b")',
  ])
    assert.deepEqual(check(code), [], code)
})

test('ignores member names that a script of the page defines', () => {
  const other = { name: 'other.js', code: 'export_.take = function () {}' }
  assert.deepEqual(listUnguarded([other, { name: 'page.js', code: 'list.take(2)' }]), [])
  assert.deepEqual(check('list.take(2)'), ['.take'])
})
