import assert from 'node:assert/strict'
import { test } from 'node:test'
import Coingecko from '@coingecko/coingecko-typescript'
import { SourceError } from '../errors.ts'
import { toAnswerError, toRedirectError, toSourceError } from './coingecko-errors.ts'

const envelope = (error_code: unknown, error_message: unknown = 'x') => ({ status: { error_code, error_message } })
const keys = 'Check COINGECKO_DEMO_API_KEY or COINGECKO_PRO_API_KEY.'
const freeKey = 'Add COINGECKO_DEMO_API_KEY for more calls.'
const broken = 'Upstream error. Retrying automatically.'
const throttled = `Too many calls. Retrying automatically. ${freeKey}`

test('names the cause and the remedy of each code and status', () => {
  const cases: [number, unknown, string, string][] = [
    [403, envelope(1020), 'blocked', 'Its firewall blocks this address. Try another network or an API key.'],
    [403, envelope(1015), 'rate_limited', `This address is blocked for a while. ${freeKey}`],
    [400, envelope(10002), 'bad_key', keys],
    [400, envelope(10005), 'plan', 'This needs a paid plan.'],
    [400, envelope(10010), 'bad_key', 'Set a Pro key in COINGECKO_PRO_API_KEY.'],
    [400, envelope(10011), 'bad_key', 'Set a Demo key in COINGECKO_DEMO_API_KEY.'],
    [401, envelope(10012), 'plan', 'Without a paid plan, history is limited to 365 days.'],
    [200, envelope(429), 'rate_limited', throttled],
    [200, envelope('429'), 'broken', broken],
    [400, envelope(77), 'bad_request', 'Check the API key and COINGECKO_BASE_URL.'],
    [401, envelope(null), 'bad_key', keys],
    [403, envelope(null), 'blocked', 'It blocks this address. An API key may help.'],
    [404, envelope(null), 'not_found', 'Check the coin id and COINGECKO_BASE_URL.'],
    [422, envelope(null), 'bad_request', 'A parameter of the request is missing or invalid.'],
    [429, envelope(null), 'rate_limited', throttled],
    [503, envelope(null), 'broken', broken],
    [503, envelope(null, 'You are being rate limited'), 'rate_limited', throttled],
    [400, envelope(null, 'Throttled'), 'rate_limited', throttled],
    [200, envelope(null, 'Throttled'), 'broken', broken],
  ]
  for (const [status, body, kind, remedy] of cases) {
    const error = toAnswerError(status, body, 5)
    assert.deepEqual([error.kind, error.retryAfterMs], [kind, 5], JSON.stringify(body))
    assert.ok(error.message.endsWith(`". ${remedy}`), error.message)
    assert.equal(error.details?.status, status)
  }
  assert.deepEqual(toAnswerError(400, envelope(10002), null).details, { status: 400, code: 10002 })
})

test('reads the message and code of text, web pages and nested objects', () => {
  const cases: [unknown, string, number | null][] = [
    ['error code: 1015', ', "error code: 1015"', 1015],
    ['Error Code 1020 ', ', "Error Code 1020"', 1020],
    ['error code: 10', ', "error code: 10"', null],
    ['<p><span class="cf-error-code">1020</span></p>', ', "a web page instead of data"', 1020],
    ['\n <p>1020</p>', ', "a web page instead of data"', null],
    ['a > b <', ', "a > b <"', null],
    ['<title> Busy </title>', ', "Busy"', null],
    ['', '', null],
    [{}, '', null],
    [null, '', null],
    [7, '', null],
    [{ error: 'no' }, ', "no"', null],
    [{ error: { reason: 'no' } }, ', "{"reason":"no"}"', null],
    [{ error: envelope(10005, 'paid') }, ', "paid"', 10005],
  ]
  for (const [body, message, code] of cases) {
    const error = toAnswerError(500, body, null)
    assert.ok(error.message.startsWith(`CoinGecko answered HTTP 500${message}. `), error.message)
    assert.equal(error.details?.code, code, JSON.stringify(body))
  }
})

test('names the host of a redirect, never its path', () => {
  const start = (location: string | null) => toRedirectError(302, location).message.split(' (')[0]
  assert.equal(start('https://else.example/coins?key=CG-1'), 'CoinGecko redirects to else.example')
  assert.equal(start('/elsewhere'), 'CoinGecko redirects')
  assert.equal(start(null), 'CoinGecko redirects')
  assert.deepEqual(toRedirectError(308, null).details, { status: 308 })
})

test('keeps errors that are converted already, and the reason of an abort', () => {
  const calm = { signal: new AbortController().signal, now: 0 }
  const known = new SourceError('coingecko', 'plan', 'known')
  assert.equal(toSourceError(known, calm), known)
  assert.equal(toSourceError(new Error('outer', { cause: new Error('inner', { cause: known }) }), calm), known)
  const reason = new Error('stopped')
  const aborted = { signal: AbortSignal.abort(reason), now: 0 }
  assert.equal(toSourceError(new Error('any'), aborted), reason)
  assert.equal(toSourceError(known, aborted), known)
})

test('converts errors of the client, of parsing and of the network', () => {
  const options = { signal: new AbortController().signal, now: 0 }
  const convert = (error: unknown) => {
    const converted = toSourceError(error, options)
    assert.ok(converted instanceof SourceError)
    return converted
  }
  const answer = (status: number, body: unknown, message: string | undefined, headers: Headers | undefined) =>
    convert(new Coingecko.APIError(status, body as object, message, headers))
  const limited = answer(429, undefined, 'wait 429 s', new Headers({ 'retry-after': '7' }))
  assert.match(limited.message, /HTTP 429, "wait 429 s"/)
  assert.equal(limited.retryAfterMs, 7000)
  assert.equal(answer(500, undefined, 'x', undefined).retryAfterMs, null)
  const syntax = new SyntaxError('Unexpected end')
  const incomplete = convert(syntax)
  assert.deepEqual([incomplete.kind, incomplete.cause], ['broken', syntax])
  const refused = new Error('fetch failed', { cause: new Error('connect ECONNREFUSED') })
  const unreachable = convert(refused)
  assert.deepEqual([unreachable.kind, unreachable.cause], ['unreachable', refused])
  assert.match(unreachable.message, /Can't reach CoinGecko \(connect ECONNREFUSED\)/)
  assert.match(convert(new Error('odd', { cause: 'text' })).message, /\(odd: text\)/)
})
