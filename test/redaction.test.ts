import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '../server/clock.ts'
import { createLog } from '../server/log.ts'
import { hideSecrets } from '../server/redact.ts'
import { createCoingecko } from '../server/sources/coingecko.ts'
import { createTestDatabase } from './database.ts'
import { runJob, toJobOptions } from './jobs.ts'
import { sendJson, startServer } from './market-server.ts'

test('neither stores nor logs a key that a source repeats in its error, even truncated', async (t) => {
  const key = `plain-${'k7Q'.repeat(20)}`
  hideSecrets([key])
  t.after(() => hideSecrets([]))
  const database = await createTestDatabase()
  t.after(database.drop)
  const server = await startServer((_query, response) =>
    sendJson(response, { error: `${'x'.repeat(170)} ${key} of ?x_cg_pro_api_key=${key}` }, 401),
  )
  t.after(server.close)
  const lines: string[] = []
  const log = createLog({ pretty: false, level: 'trace', write: (line) => lines.push(line) })
  const options = { clock: systemClock, baseUrl: server.url, demoKey: null, proKey: key, callsPerMinute: 100 }
  const { fetchSnapshots } = createCoingecko(options)
  await runJob({ ...toJobOptions(database, { fetchSnapshots }), log }, 'ingest_market_data')
  const { rows } = await database.pool.query('select to_jsonb(r)::text as run from pipeline_runs r')
  assert.equal(rows.length, 1)
  assert.match(rows[0].run, /\[redacted\]/)
  for (const text of [rows[0].run, lines.join('\n')]) assert.doesNotMatch(text, /plain-|k7Q/)
  assert.ok(lines.length > 1)
})
