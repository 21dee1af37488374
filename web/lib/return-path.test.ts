import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toReturnPath, toSignIn } from './return-path.ts'

test('a sign-in leads back to where it was asked for, query and all', () => {
  for (const path of [
    '/account',
    '/market?list=watchlist&page=2',
    '/coins/bitcoin?period=30#chart',
    '/coins/%E2%82%BF',
  ])
    assert.equal(toReturnPath(path), path)
  assert.equal(toReturnPath('/a/../account'), '/account')
  assert.equal(new URL(toSignIn('/market?page=2&x=1'), 'http://x').searchParams.get('next'), '/market?page=2&x=1')
})

test('it never leads to another site, nor to a form again', () => {
  for (const next of [
    null,
    undefined,
    '',
    'account',
    'https://elsewhere.example',
    '//elsewhere.example',
    '/\\elsewhere.example',
    '/\\/elsewhere.example',
    '/\t/elsewhere.example',
    '/\n//elsewhere.example',
    '/.//elsewhere.example',
    '/a/..//elsewhere.example',
    '/%2e//elsewhere.example',
    '/./\\elsewhere.example',
    '///elsewhere.example',
    'javascript:alert(1)',
    ' /account',
    '/sign-in?next=/sign-in',
    '/register',
    '/api/docs',
  ])
    assert.equal(toReturnPath(next), '/', String(next))
})

test('what is led to is a path whatever was asked for', () => {
  const pieces = ['/', '\\', '.', '..', '//', '%2f', '%5c', '@', ':', '?', '#', 'a', '\t', 'http:', 'elsewhere.example']
  for (const one of pieces)
    for (const two of pieces)
      for (const three of pieces) {
        const path = toReturnPath(`/${one}${two}${three}`)
        assert.equal(new URL(path, 'http://here.test').origin, 'http://here.test', path)
      }
})
