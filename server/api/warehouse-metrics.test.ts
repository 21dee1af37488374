import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createApi } from '../../test/api.ts'
import { createTestDatabase } from '../../test/database.ts'
import { runJob, toJobOptions } from '../../test/jobs.ts'
import { toSnapshot } from '../../test/snapshots.ts'

type Metrics = Map<string, number>

/** An API with its warehouse, and a scrape as a map from name and labels to value. */
async function open(t: TestContext) {
  const database = await createTestDatabase()
  const app = await createApi(database.db)
  let dropped = false
  const drop = async () => {
    if (!dropped) await database.drop()
    dropped = true
  }
  t.after(async () => {
    await app.close()
    await drop()
  })
  const scrape = async (): Promise<Metrics> => {
    const { statusCode, body } = await app.inject('/metrics')
    assert.equal(statusCode, 200)
    const lines = body.split('\n').filter((line) => /^cryptoflow_(job|table|check|incident|warehouse)/.test(line))
    return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]))
  }
  return { ...database, drop, scrape }
}

const states = (metrics: Metrics, start: string): string[] =>
  [...metrics].flatMap(([name, value]) => (name.startsWith(start) && value === 1 ? [name.slice(start.length)] : []))

test('a scrape reports jobs, data, checks and incidents of the warehouse', async (t) => {
  const { db, pool, scrape } = await open(t)
  const before = await scrape()
  assert.deepEqual(
    states(before, 'cryptoflow_job_state').map((labels) => /state="(\w+)"/.exec(labels)?.[1]),
    Array(6).fill('never_run'),
  )
  assert.equal(before.get('cryptoflow_incidents_open{severity="critical"}'), 0)
  assert.ok(
    ![...before.keys()].some((name) => /newest_row|last_success|check_status/.test(name)),
    'no values without data',
  )

  const answers = [
    async () => ({ source: 'test', snapshots: [toSnapshot('bitcoin'), toSnapshot('ether')], rejected: [] }),
  ]
  const down = async () => {
    throw new Error('no route')
  }
  const market = { fetchSnapshots: async () => (answers.shift() ?? down)() }
  const options = toJobOptions({ pool, db }, market)
  assert.equal((await runJob(options, 'ingest_market_data')).status, 'success')
  for (let count = 0; count < 3; count += 1)
    assert.equal((await runJob(options, 'ingest_market_data', { trigger: 'schedule' })).status, 'failed')
  assert.equal((await runJob(options, 'data_quality_checks')).status, 'success')

  const { rows } =
    await pool.query(`select extract(epoch from (select max(timestamp) from latest_market_data))::float8 as tick,
    (select extract(epoch from end_time)::float8 from pipeline_runs where status = 'success' order by id limit 1) as ended,
    (select extract(epoch from opened_at)::float8 from quality_incidents where check_name = 'ingest_runs') as opened`)
  const { tick, ended, opened } = rows[0]
  const metrics = await scrape()
  const of = (name: string) => metrics.get(`cryptoflow_${name}`)
  const isNear = (actual: number | undefined, expected: number) =>
    assert.ok(Math.abs((actual ?? 0) - expected) < 0.002, `${actual} ${expected}`)
  assert.equal(of('warehouse_up'), 1)
  assert.equal(of('table_newest_row_timestamp_seconds{table="fact_market_data"}'), tick)
  assert.equal(of('job_runs_total{job_id="ingest_market_data",status="failed"}'), 3)
  assert.equal(of('job_runs_total{job_id="ingest_market_data",status="success"}'), 1)
  assert.equal(of('job_rows_written_total{job_id="ingest_market_data",status="success"}'), 2)
  isNear(of('job_last_success_timestamp_seconds{job_id="ingest_market_data"}'), ended)
  isNear(of('incident_opened_timestamp_seconds{check="ingest_runs",severity="critical"}'), opened)
  assert.equal(of('incidents_open{severity="critical"}'), 1)
  assert.deepEqual(states(metrics, 'cryptoflow_job_state{job_id="ingest_market_data"'), [',state="failing"}'])
  assert.deepEqual(states(metrics, 'cryptoflow_check_status{check="ingest_runs"'), [',status="failed"}'])
  assert.equal(of('table_quality_score{table="pipeline_runs"}'), 0)
})

test('a scrape reports an unreachable database and no jobs', async (t) => {
  const { drop, scrape } = await open(t)
  assert.equal((await scrape()).get('cryptoflow_warehouse_up'), 1)
  await drop()
  assert.deepEqual(await scrape(), new Map([['cryptoflow_warehouse_up', 0]]))
})
