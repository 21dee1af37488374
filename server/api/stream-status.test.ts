import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createApi } from '../../test/api.ts'
import { createTestDatabase } from '../../test/database.ts'
import { systemClock } from '../clock.ts'
import { Hub } from '../live/hub.ts'
import type { ApiOptions } from './server.ts'

async function open(t: TestContext, options: Partial<ApiOptions>) {
  const { db, drop } = await createTestDatabase()
  t.after(drop)
  const app = await createApi(db, options)
  t.after(() => app.close())
  return app
}

test('readiness and stream status report a wrong clock', async (t) => {
  const problem = "This machine's clock is 9 s behind."
  const clock = { state: 'corrected', offset_ms: -9000, problem } as const
  const producing = new Hub(systemClock)
  const app = await open(t, { hub: producing, readClock: () => clock })
  const feed = { source: null, last_price_at: null, sources: [] }
  producing.receive({ term: 1, seq: 1, ts: 0, full: true, prices: {}, gone: [], feed: { ...feed, clock } })
  assert.deepEqual((await app.inject('/readyz')).json().clock, clock)
  assert.deepEqual((await app.inject('/api/v1/ws/status')).json().clock, clock)
  producing.receive({ term: 1, seq: 2, ts: 0, full: true, prices: {}, gone: [], feed })
  assert.equal((await app.inject('/api/v1/ws/status')).json().clock.state, 'unknown')
})

test('the stream status has all legacy fields before the first price', async (t) => {
  const silent = await open(t, { hub: new Hub(systemClock) })
  const report = (await silent.inject('/api/v1/ws/status')).json()
  const { active_connections, messages_per_minute, seconds_since_broadcast, consumer_connected } = report
  assert.deepEqual(
    { active_connections, messages_per_minute, seconds_since_broadcast, consumer_connected },
    { active_connections: 0, messages_per_minute: 0, seconds_since_broadcast: null, consumer_connected: false },
  )
})
