import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { readConfig, settings } from './config.ts'

test('without an environment every setting has a safe default', () => {
  const config = readConfig({})
  assert.equal(config.PORT, 3000)
  assert.equal(config.HOST, '127.0.0.1')
  assert.equal(config.CRYPTOFLOW_MODE, 'auto')
  assert.equal(config.TRACKED_COINS, 50)
  assert.equal(config.DATABASE_URL, null)
  assert.deepEqual(config.ROLES, ['api', 'live', 'jobs', 'web'])
  assert.deepEqual(config.CORS_ORIGINS, [])
})

test('every problem is listed at once, and no secret is repeated', () => {
  const env = {
    PORT: '99999',
    CRYPTOFLOW_MODE: 'fast',
    TRACKED_COINS: '1.5',
    DATABASE_URL: 'mysql://user:secret@host/db',
    ROLES: 'api,cook',
    CORS_ORIGINS: 'https://a.example/path',
    STREAM_SOURCES: 'coincap,nowhere',
    COINGECKO_DEMO_API_KEY: 'CG-one',
    COINGECKO_PRO_API_KEY: 'CG-two',
  }
  assert.throws(
    () => readConfig(env),
    ({ message }: Error) => {
      for (const name of [
        'PORT',
        'CRYPTOFLOW_MODE',
        'TRACKED_COINS',
        'DATABASE_URL',
        'ROLES',
        'CORS_ORIGINS',
        'STREAM_SOURCES',
        'exclude each other',
      ])
        assert.match(message, new RegExp(name))
      assert.doesNotMatch(message, /secret|CG-one|CG-two/)
      return true
    },
  )
})

test('lists are read in order, without repetition, and values are trimmed', () => {
  const config = readConfig({
    STREAM_SOURCES: ' kraken, coincap,kraken',
    CORS_ORIGINS: 'https://a.example, http://localhost:3001/',
    PORT: ' 0 ',
  })
  assert.deepEqual(config.STREAM_SOURCES, ['kraken', 'coincap'])
  assert.deepEqual(config.CORS_ORIGINS, ['https://a.example', 'http://localhost:3001'])
  assert.equal(config.PORT, 0)
})

test('.env.example names every setting with its default and what it is for', () => {
  const lines = readFileSync(new URL('../.env.example', import.meta.url), 'utf8').split('\n')
  const named = lines.filter((line) => /^[A-Z_]+=/.test(line))
  assert.deepEqual(
    named,
    Object.entries(settings).map(([name, { fallback }]) => `${name}=${fallback}`),
  )
  for (const { about } of Object.values(settings)) assert.ok(lines.includes(`# ${about}`), about)
  assert.doesNotThrow(() => readConfig(Object.fromEntries(named.map((line) => line.split('=')))))
})
