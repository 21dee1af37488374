import assert from 'node:assert/strict'
import { test } from 'node:test'
import ccxt from 'ccxt'
import { SourceError } from '../errors.ts'
import { isExchangeError, toExchangeError, toStatusError } from './exchange-errors.ts'

const another = 'Choose another exchange in STREAM_SOURCES or EXCHANGE_CANDLES, such as coinbase or kraken.'

test('maps each class of ccxt errors to its kind and remedy, by its closest ancestor', () => {
  const cases: [Error, string, string][] = [
    [new ccxt.RateLimitExceeded('slow'), 'rate_limited', 'Retrying automatically.'],
    [new ccxt.DDoSProtection('slow'), 'rate_limited', 'Retrying automatically.'],
    [new ccxt.RestrictedLocation('no'), 'blocked', another],
    [new ccxt.PermissionDenied('no'), 'blocked', another],
    [new ccxt.AuthenticationError('key'), 'bad_key', `It needs an API key. ${another}`],
    [new ccxt.ArgumentsRequired('args'), 'bad_request', `It isn't supported. ${another}`],
    [new ccxt.NotSupported('not'), 'bad_request', `It isn't supported. ${another}`],
    [new ccxt.NetworkError('net'), 'unreachable', 'Retrying automatically.'],
    [new ccxt.RequestTimeout('late'), 'unreachable', 'Retrying automatically.'],
    [new DOMException('late', 'TimeoutError'), 'unreachable', 'Retrying automatically.'],
    [new ccxt.BadResponse('odd'), 'broken', 'Retrying automatically.'],
    [new TypeError('undefined is no function'), 'broken', 'Retrying automatically.'],
  ]
  for (const [error, kind, remedy] of cases) {
    const { message, kind: found, source, cause } = toExchangeError('kraken', error)
    assert.deepEqual([found, source, cause], [kind, 'kraken', error], error.constructor.name)
    assert.equal(message, `kraken failed (${error.message}). ${remedy}`)
  }
})

test('explains an HTTP status that says to stay away, and no other', () => {
  const explain = (status: number) => toStatusError('binance', status, 7)
  for (const status of [451, 403]) {
    const error = explain(status)
    assert.deepEqual([error?.kind, error?.retryAfterMs], ['blocked', null])
    assert.equal(error?.message, `binance blocks this location or address (HTTP ${status}). ${another}`)
  }
  for (const status of [429, 418]) {
    const error = explain(status)
    assert.deepEqual([error?.kind, error?.retryAfterMs], ['rate_limited', 7])
    assert.equal(error?.message, `binance rate limit reached (HTTP ${status}). Retrying automatically.`)
  }
  for (const status of [400, 404, 500, 503]) assert.equal(explain(status), null)
})

test('reads the status of a refused handshake, and passes its own errors on', () => {
  const refused = toExchangeError('binance', new ccxt.NetworkError('Unexpected server response: 451'))
  assert.equal(refused.kind, 'blocked')
  assert.equal(toExchangeError('binance', new Error('Unexpected server response: 500')).kind, 'broken')
  const own = new SourceError('x', 'plan', 'own')
  assert.equal(toExchangeError('binance', own), own)
  const long = toExchangeError('binance', new ccxt.NetworkError('x'.repeat(1000))).message
  assert.ok(long.length < 400, long)
})

test('distinguishes errors of an exchange from failures inside ccxt', () => {
  assert.deepEqual(
    [new SourceError('x', 'plan', 'y'), new ccxt.BadSymbol('z'), new TypeError('t'), 'text', null].map(isExchangeError),
    [true, true, false, false, false],
  )
})
