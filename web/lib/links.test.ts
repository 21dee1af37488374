import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isUnencrypted, toReturnPath, toSignIn } from './links.ts'

test('the return path keeps query and fragment', () => {
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

test('the return path never leaves the site and is no form', () => {
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

test('the return path has the same origin for every combination of special characters', () => {
  const pieces = ['/', '\\', '.', '..', '//', '%2f', '%5c', '@', ':', '?', '#', 'a', '\t', 'http:', 'elsewhere.example']
  for (const one of pieces)
    for (const two of pieces)
      for (const three of pieces) {
        const path = toReturnPath(`/${one}${two}${three}`)
        assert.equal(new URL(path, 'http://here.test').origin, 'http://here.test', path)
      }
})

test('plain HTTP is unencrypted except on loopback addresses', () => {
  for (const url of [
    'http://192.168.1.5:3000',
    'http://market.example',
    'http://localhost.example',
    'http://[fe80::1]',
  ])
    assert.equal(isUnencrypted(new URL(url)), true, url)
  for (const url of ['https://market.example', 'http://localhost:3000', 'http://127.0.0.1:3000', 'http://[::1]:3000'])
    assert.equal(isUnencrypted(new URL(url)), false, url)
})
