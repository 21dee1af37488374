import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toClientName } from './client-name.ts'

test('detects the browser, not the browsers that it derives from', () => {
  const webkit = 'AppleWebKit/537.36 (KHTML, like Gecko)'
  for (const [userAgent, name] of [
    ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox on Linux'],
    [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${webkit} Chrome/140.0.0.0 Safari/537.36`, 'Chrome on Windows'],
    [
      `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${webkit} Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0`,
      'Edge on Windows',
    ],
    [`Mozilla/5.0 (Linux; Android 15; K) ${webkit} Chrome/140.0.0.0 Mobile Safari/537.36`, 'Chrome on Android'],
    [
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15',
      'Safari on macOS',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
      'Safari on iPhone',
    ],
    ['curl/8.14.1', 'curl'],
    ['Mozilla/5.0 (X11; Linux x86_64)', 'Linux'],
    ['node', 'node'],
  ] as const)
    assert.equal(toClientName(userAgent), name)
})

test('returns null for an unusable User-Agent and limits the length of names', () => {
  for (const userAgent of [undefined, '', '<script>', '\u0001\u0002', '/']) assert.equal(toClientName(userAgent), null)
  for (const userAgent of ['x'.repeat(8000), `${'x'.repeat(8000)} Linux`])
    assert.ok((toClientName(userAgent)?.length ?? 0) <= 80)
})
