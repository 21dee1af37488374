import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import Fastify from 'fastify'
import { waitFor } from '../../../test/wait.ts'
import { createVersionReader } from '../warehouse-version.ts'
import { cacheBySnapshot } from './snapshot-cache.ts'

/** A server whose cached route returns what `read` returns. `tags`: those of its responses by value. */
function createCached(
  t: TestContext,
  { read, elapsed }: { read: () => Promise<string>; elapsed?: () => number },
  getVersion: () => string,
) {
  const app = Fastify()
  t.after(() => app.close())
  cacheBySnapshot(
    app,
    createVersionReader(async () => getVersion(), elapsed),
  )
  app.get('/', { config: { bySnapshot: true } }, async () => ({ value: await read() }))
  const tags: Record<string, unknown> = {}
  const ask = async (): Promise<string> => {
    const response = await app.inject('/')
    const { value } = response.json()
    tags[value] = response.headers.etag
    return value
  }
  return Object.assign(ask, { tags })
}

test('every process serves a new version of the warehouse within 250 ms', async (t) => {
  let [now, version] = [1000, 'old']
  const options = { read: async () => version, elapsed: () => now }
  const processes = [createCached(t, options, () => version), createCached(t, options, () => version)]
  const askAll = () => Promise.all(processes.map((ask) => ask()))
  assert.deepEqual(await askAll(), ['old', 'old'])
  version = 'new'
  now += 250
  assert.deepEqual(await askAll(), ['old', 'old'])
  now += 1
  assert.deepEqual(await askAll(), ['new', 'new'])
})

test('serves a new version although the clock was set back', { timeout: 10_000 }, async (t) => {
  let version = 'old'
  const clock = t.mock.method(Date, 'now', () => 1_800_000_000_000)
  const ask = createCached(t, { read: async () => version }, () => version)
  assert.equal(await ask(), 'old')
  version = 'new'
  clock.mock.mockImplementation(() => 1_799_999_000_000)
  await waitFor(async () => (await ask()) === 'new')
})

test('does not cache an old response that finishes after a new one', async (t) => {
  let [now, version] = [0, 'old']
  const slow = Promise.withResolvers<string>()
  const started = Promise.withResolvers<void>()
  const read = async () => {
    if (version !== 'old') return version
    started.resolve()
    return slow.promise
  }
  const ask = createCached(t, { read, elapsed: () => now }, () => version)
  const first = ask()
  await started.promise
  version = 'new'
  now += 251
  assert.equal(await ask(), 'new')
  slow.resolve('old')
  assert.equal(await first, 'old')
  assert.equal(await ask(), 'new')
  assert.notEqual(ask.tags.old, ask.tags.new)
})
