import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import type { Timeline } from '../../contract/pipeline.ts'
import { hourMs, minuteMs } from '../../contract/time.ts'
import { createApi } from '../../test/api.ts'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'

let database: TestDatabase
let app: FastifyInstance
before(async () => {
  database = await createTestDatabase()
  app = await createApi(database.db)
})
after(async () => {
  await app.close()
  await database.drop()
})

const insert = async (job: string, agoMs: number, tookMs: number | null, status = 'success') => {
  const start = Date.now() - agoMs
  const { rows } = await database.pool.query<{ id: number }>(
    `insert into pipeline_runs (job_id, trigger, status, start_time, end_time, records_processed, error)
     values ($1, 'schedule', $2, $3, $4, $5, $6) returning id`,
    [
      job,
      status,
      new Date(start),
      tookMs === null ? null : new Date(start + tookMs),
      status === 'success' ? 50 : 0,
      status === 'failed' ? 'down' : null,
    ],
  )
  return rows[0]?.id
}

test('a timeline contains the runs of its hours and the latest runs of other jobs', async () => {
  const lost = await insert('ingest_market_data', 30 * hourMs, minuteMs)
  const overlaps = await insert('ingest_market_data', 25 * hourMs, 2 * hourMs)
  const failed = await insert('ingest_market_data', 3 * hourMs, 1500, 'failed')
  for (let index = 0; index < 25; index += 1) await insert('ingest_market_data', 2 * hourMs - index * minuteMs, 1000)
  const rare = []
  for (let day = 30; day > 0; day -= 1) rare.push(await insert('compute_analytics', day * 48 * hourMs, 5000))
  const running = await insert('data_quality_checks', minuteMs, null, 'running')

  const get = async (query = ''): Promise<Timeline> => (await app.inject(`/api/v1/pipeline/timeline${query}`)).json()
  const { from, to, runs } = await get()
  assert.ok(Math.abs(Date.parse(to) - Date.now()) < minuteMs)
  assert.equal(Date.parse(to) - Date.parse(from), 24 * hourMs)
  const ids = runs.map(({ id }) => id)
  assert.equal(ids.includes(Number(lost)), false)
  for (const id of [overlaps, failed, running]) assert.ok(ids.includes(Number(id)), `run ${id}`)
  assert.equal(runs.filter(({ job_id }) => job_id === 'ingest_market_data').length, 27)
  const analytics = runs.filter(({ job_id }) => job_id === 'compute_analytics')
  assert.deepEqual(
    analytics.map(({ id }) => id),
    rare.slice(-20),
  )
  const starts = runs.map(({ start_time }) => Date.parse(start_time))
  assert.deepEqual(
    starts,
    starts.toSorted((a, b) => a - b),
  )
  const { status, duration_seconds, end_time } = runs.find(({ id }) => id === failed) ?? {}
  assert.deepEqual([status, duration_seconds], ['failed', 1.5])
  assert.match(String(end_time), /Z$/)
  assert.ok(Number(runs.find(({ id }) => id === running)?.duration_seconds) >= 60)

  const week = await get('?hours=168')
  assert.ok(week.runs.some(({ id }) => id === lost))
  for (const hours of [0, 169, 'x'])
    assert.equal((await app.inject(`/api/v1/pipeline/timeline?hours=${hours}`)).statusCode, 422)
})
