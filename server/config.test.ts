import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { listSecrets, readConfig, settings } from './config.ts'

test('all settings have a safe default', () => {
  const config = readConfig({})
  assert.equal(config.PORT, 3000)
  assert.equal(config.HOST, '127.0.0.1')
  assert.equal(config.CRYPTOFLOW_MODE, 'auto')
  assert.equal(config.TRACKED_COINS, 50)
  assert.equal(config.DATABASE_URL, null)
  assert.deepEqual(config.ROLES, ['api', 'live', 'jobs', 'web'])
  assert.deepEqual(config.CORS_ORIGINS, [])
})

test('lists all problems at once, without secrets', () => {
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
        'not both',
      ])
        assert.match(message, new RegExp(name))
      assert.doesNotMatch(message, /secret|CG-one|CG-two/)
      return true
    },
  )
})

test('bounds the history to fetch', () => {
  const read = (env: Record<string, string>) => {
    const { BACKFILL_DAYS, BACKFILL_COINS } = readConfig(env)
    return [BACKFILL_DAYS, BACKFILL_COINS]
  }
  assert.deepEqual(read({}), [365, 0])
  assert.deepEqual(read({ BACKFILL_DAYS: '1', BACKFILL_COINS: '20000' }), [1, 20_000])
  for (const [name, bad] of [
    ['BACKFILL_DAYS', '0'],
    ['BACKFILL_DAYS', '366'],
    ['BACKFILL_COINS', '-1'],
    ['BACKFILL_COINS', '20001'],
  ] as const)
    assert.throws(() => read({ [name]: bad, PORT: 'x' }), new RegExp(`PORT[^]*${name} must be a whole number`))
})

test('reads lists in order without duplicates and trims values', () => {
  const config = readConfig({
    STREAM_SOURCES: ' kraken, coincap,kraken',
    CORS_ORIGINS: 'https://a.example, http://localhost:3001/',
    PORT: ' 0 ',
  })
  assert.deepEqual(config.STREAM_SOURCES, ['kraken', 'coincap'])
  assert.deepEqual(config.CORS_ORIGINS, ['https://a.example', 'http://localhost:3001'])
  assert.equal(config.PORT, 0)
})

test('.env.example contains every setting with its default and description', () => {
  const lines = readFileSync(new URL('../.env.example', import.meta.url), 'utf8').split('\n')
  const named = lines.filter((line) => /^[A-Z_]+=/.test(line))
  assert.deepEqual(
    named,
    Object.entries(settings).map(([name, { fallback }]) => `${name}=${fallback}`),
  )
  for (const { about } of Object.values(settings)) assert.ok(lines.includes(`# ${about}`), about)
  assert.doesNotThrow(() => readConfig(Object.fromEntries(named.map((line) => line.split('=')))))
})

test('reports short, placeholder and repetitive secrets without showing them', () => {
  const good = 'kV9wq3ZtB7nR2xYc5LmD8sFh1JgP4uAe'
  assert.deepEqual(readConfig({ AUTH_SECRETS: ` ${good}, ${good}x ` }).AUTH_SECRETS, [good, `${good}x`])
  assert.deepEqual(readConfig({}).AUTH_SECRETS, [])
  for (const [bad, words] of [
    ['hunter2', /fewer than 32 bytes/],
    ['super-secret-change-in-production-hunter2', /placeholder/],
    ['<GENERATE_A_SECURE_RANDOM_VALUE_hunter2>', /placeholder/],
    ['hunter2'.repeat(9), /fewer than 10 different characters/],
    [`${good},hunter2`, /number 2 has fewer/],
  ] as const)
    assert.throws(
      () => readConfig({ AUTH_SECRETS: bad, PORT: 'x' }),
      ({ message }: Error) => {
        assert.match(message, words)
        assert.match(message, /PORT/)
        assert.doesNotMatch(message, /hunter2|kV9wq/)
        return true
      },
    )
})

test('inserts a separate password into the URL and never shows it', () => {
  const password = `p@s/s:w#o?r%d "'\\ é`
  const env = {
    DATABASE_URL: 'postgres://ada@db:5432/x?sslmode=require',
    DATABASE_PASSWORD: password,
    REDIS_URL: 'redis://cache,redis://other:7000',
  }
  const config = readConfig({ ...env, REDIS_PASSWORD: password })
  for (const url of [config.DATABASE_URL, ...config.REDIS_URL])
    assert.equal(decodeURIComponent(new URL(url ?? '').password), password)
  assert.match(config.DATABASE_URL ?? '', /^postgres:\/\/ada:[^@/]+@db:5432\/x\?sslmode=require$/)
  assert.equal(
    readConfig({ DATABASE_URL: 'postgres://ada:pw@db/x', DATABASE_PASSWORD: 'pw' }).DATABASE_URL,
    'postgres://ada:pw@db/x',
  )
  for (const wrong of [
    { DATABASE_PASSWORD: 'hunter2' },
    { REDIS_PASSWORD: 'hunter2' },
    { DATABASE_URL: 'postgres://ada:leaked@db/x', DATABASE_PASSWORD: 'hunter2' },
  ])
    assert.throws(
      () => readConfig(wrong),
      ({ message }: Error) => /(DATABASE|REDIS)_PASSWORD needs /.test(message) && !/hunter2|leaked/.test(message),
    )
})

test('takes a replica only beside its primary, with the password of the primary unless it has its own', () => {
  assert.throws(
    () => readConfig({ DATABASE_READ_URL: 'postgres://ada@replica/x' }),
    /DATABASE_READ_URL needs DATABASE_URL/,
  )
  const read = (url: string, password?: string) =>
    readConfig({
      DATABASE_URL: 'postgres://ada@db/x',
      DATABASE_READ_URL: url,
      ...(password === undefined ? {} : { DATABASE_PASSWORD: password }),
    }).DATABASE_READ_URL
  assert.equal(read(''), null)
  assert.equal(read('postgres://ada@replica/x'), 'postgres://ada@replica/x')
  assert.equal(read('postgres://ada@replica/x', 'p@w'), 'postgres://ada:p%40w@replica/x')
  assert.equal(read('postgres://eve:own@replica/x', 'pw'), 'postgres://eve:own@replica/x')
})

test('reads one or several Redis URLs, and rejects lists that no client could use', () => {
  const read = (REDIS_URL: string, more = {}) => readConfig({ REDIS_URL, ...more }).REDIS_URL
  assert.deepEqual(read(''), [])
  assert.deepEqual(read('rediss://u:a,b@x:1/'), ['rediss://u:a,b@x:1'])
  assert.deepEqual(read('redis://a:1, redis://b,'), ['redis://a:1', 'redis://b'])
  for (const [bad, words] of [
    ['redis://a:1,b:2', /must be a URL/],
    ['redis://a,b', /complete URLs/],
    ['redis://a,rediss://b', /same protocol/],
    ['redis://:leaked@a,redis://b', /same protocol, user and password/],
    ['http://a', /must be a URL that starts with redis/],
  ] as const)
    assert.throws(
      () => read(bad),
      ({ message }: Error) => words.test(message) && !/leaked/.test(message),
    )
  for (const [more, words] of [
    [{ REDIS_SENTINEL: 'main' }, /REDIS_SENTINEL needs/],
    [{ REDIS_SENTINEL_PASSWORD: 'hunter2' }, /REDIS_SENTINEL_PASSWORD needs/],
    [{ REDIS_PREFIX: 'a{b}' }, /REDIS_PREFIX may have/],
    [{ REDIS_PREFIX: 'x'.repeat(65) }, /REDIS_PREFIX may have/],
  ] as const)
    assert.throws(() => read('', more), words)
  const { REDIS_SENTINEL, REDIS_PREFIX } = readConfig({
    REDIS_URL: 'redis://s',
    REDIS_SENTINEL: 'main',
    REDIS_PREFIX: `${'x'.repeat(60)}_:.-`,
  })
  assert.deepEqual([REDIS_SENTINEL, REDIS_PREFIX.length], ['main', 64])
})

test('lists all secrets in the settings for redaction', () => {
  const config = readConfig({
    COINGECKO_PRO_API_KEY: 'CG-1',
    METRICS_TOKEN: 'kV9wq3ZtB7nR2xYc5LmD8sFh1JgP4uAe',
    DATABASE_URL: 'postgres://ada:p%40ss@db/x',
    HTTPS_PROXY: 'http://u:proxypw@p.example',
    REDIS_URL: 'redis://:nodepw@a',
    REDIS_SENTINEL: 'main',
    REDIS_SENTINEL_PASSWORD: 'watchpw',
  })
  assert.deepEqual(
    listSecrets(config).sort(),
    ['CG-1', config.METRICS_TOKEN, 'p%40ss', 'p@ss', 'proxypw', 'proxypw', 'nodepw', 'nodepw', 'watchpw'].sort(),
  )
})

test('reads proxies like curl: in upper or lower case, with or without a scheme, never shown', () => {
  const config = readConfig({
    https_proxy: 'lower.example:3128',
    HTTPS_PROXY: 'http://upper.example',
    NO_PROXY: 'a.b, 10.0.0.0/8  c',
  })
  assert.equal(config.HTTPS_PROXY, 'http://lower.example:3128')
  assert.equal(config.HTTP_PROXY, null)
  assert.deepEqual(config.NO_PROXY, ['a.b', '10.0.0.0/8', 'c'])
  assert.equal(readConfig({ HTTP_PROXY: 'https://ada:hunter2@p.example/' }).HTTP_PROXY, 'https://ada:hunter2@p.example')
  assert.throws(
    () => readConfig({ HTTPS_PROXY: 'socks5://ada:hunter2@p.example' }),
    ({ message }: Error) => /HTTPS_PROXY must be a URL/.test(message) && !/hunter2/.test(message),
  )
})

test('accepts addresses and networks as trusted proxies', () => {
  assert.deepEqual(readConfig({ TRUSTED_PROXIES: '10.0.0.0/8, ::1' }).TRUSTED_PROXIES, ['10.0.0.0/8', '::1'])
  for (const bad of ['everyone', '10.0.0.0/33', '10.0.0.0/8/8', '10.0.0/8', '0.0.0.0/0', 'true'])
    assert.throws(() => readConfig({ TRUSTED_PROXIES: bad }), /TRUSTED_PROXIES/, bad)
})
