import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { SourceError, toMessage } from './errors.ts'
import { hideSecrets, redactText, toExcerpt } from './redact.ts'

afterEach(() => hideSecrets([]))

test('redacts keys, tokens and passwords in all forms that sources and clients use', () => {
  for (const text of [
    'key CG-hunter2hunter2 is invalid',
    'GET https://api.example/ping?x_cg_pro_api_key=hunter2&vs=usd failed',
    'wss://wss.coincap.io/prices?assets=ALL&apiKey=hunter2',
    'https://api.example/v1?key=hunter2',
    '{"headers":{"x-cg-demo-api-key":"hunter2"}}',
    '{\\"apiKey\\": \\"hunter2\\"}',
    'Authorization: Bearer hunter2.hunter2',
    'Proxy-Authorization: Basic hunter2==',
    'cannot connect to postgres://cf:hunter2@db/x',
    'redis://:hunter2@cache:6379 is away',
    'client_secret=hunter2',
  ]) {
    assert.doesNotMatch(redactText(text), /hunter2/, text)
    assert.match(redactText(text), /\[redacted\]/, text)
    assert.equal(redactText(redactText(text)), redactText(text))
  }
})

test('leaves ordinary text unchanged', () => {
  for (const text of [
    'CoinGecko answered HTTP 401, "This request is limited to Basic plan subscribers": check the key',
    'http://127.0.0.1:3000/api/v1/coins?sort_by=name at 10:00: token bucket, CG-1, key facts',
    'the monkey=banana test',
  ])
    assert.equal(redactText(text), text)
})

test('redacts configured secrets anywhere, also encoded or quoted, before truncating a text', () => {
  const secret = 'p@ss/w:o#r?d%"x'
  hideSecrets([secret, 'plainkey', 'plainkey-longer', 'usd'])
  for (const form of [secret, encodeURIComponent(secret), JSON.stringify(secret)])
    assert.doesNotMatch(redactText(`you sent ${form} to us`), /ss.?.?.?w/, form)
  assert.equal(redactText('plainkey-longer, plainkey, usd'), '[redacted], [redacted], usd')
  assert.equal(toExcerpt(`${'x'.repeat(10)} plainkey`, 15), `${'x'.repeat(10)} [red`)
  assert.equal(new SourceError('s', 'broken', 'it said plainkey').message, 'it said [redacted]')
  assert.equal(
    toMessage(new Error('it said plainkey', { cause: new Error('plainkey!') })),
    'it said [redacted]: [redacted]!',
  )
})
