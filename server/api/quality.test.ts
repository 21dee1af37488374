import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import type {
  CheckHistory,
  CheckList,
  CheckMethod,
  CheckStatus,
  QualityHours,
  TableQuality,
} from '../../contract/quality.ts'
import { hourMs, minuteMs } from '../../contract/time.ts'
import { createApi } from '../../test/api.ts'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { runJob, toJobOptions } from '../../test/jobs.ts'
import { toSnapshot } from '../../test/snapshots.ts'
import { checks } from '../quality/checks.ts'
import { findWarehouseVersion } from '../warehouse/pipeline.ts'

const newest = Date.now() - 60_000
const rounds = 30
const kinds: CheckStatus[] = ['passed', 'passed', 'warning', 'failed', 'error', 'no_data']

type Planted = { check_name: string; table_name: string; status: CheckStatus; at: number }
const planted: Planted[] = []

let database: TestDatabase
let app: FastifyInstance

before(async () => {
  database = await createTestDatabase()
  for (let round = 0; round < rounds; round += 1)
    for (const [index, { name, table }] of checks.entries()) {
      const isQuiet = table === 'fact_minute_ohlc'
      const status = isQuiet ? 'no_data' : (kinds[(index * 7 + round * 5) % kinds.length] ?? 'passed')
      planted.push({ check_name: name, table_name: table, status, at: newest - (rounds - 1 - round) * hourMs })
    }
  for (const { check_name, table_name, status, at } of planted) {
    const { dimension, severity } = checks.find(({ name }) => name === check_name) ?? {}
    await database.pool.query(
      `insert into data_quality_checks (check_name, table_name, status, dimension, severity, rows_checked, observed,
         duration_ms, executed_at, details) values ($1, $2, $3, $4, $5, 1, 2.5, 1.5, $6, '{"samples": [{"coin": "x"}]}')`,
      [check_name, table_name, status, dimension, severity, new Date(at)],
    )
  }
  app = await createApi(database.db)
})
after(async () => {
  await app.close()
  await database.drop()
})

const get = async <T>(path: string): Promise<T> => {
  const response = await app.inject(`/api/v1${path}`)
  assert.equal(response.statusCode, 200, response.body)
  return response.json()
}

/** The score by its definition, in whole tenths of a percent. */
function scoreOf(table: string, at: number): number | undefined {
  const last = new Map<string, CheckStatus>()
  for (const row of planted)
    if (row.table_name === table && row.at <= at && row.at > at - 2 * hourMs) last.set(row.check_name, row.status)
  let points = 0
  let weight = 0
  for (const status of last.values()) {
    if (status === 'no_data') continue
    weight += 2
    points += status === 'passed' ? 2 : status === 'warning' ? 1 : 0
  }
  return weight === 0 ? undefined : Math.floor((points * 1000) / weight) / 10
}

test('the score of a table uses the latest results, now and at each full hour', async () => {
  const tables = await get<TableQuality[]>('/quality/summary')
  const scored = new Set(checks.map(({ table }) => table).filter((table) => scoreOf(table, Date.now()) !== undefined))
  assert.ok(scored.size >= 4 && !scored.has('fact_minute_ohlc'), 'one table has no results, most have some')
  assert.deepEqual(new Set(tables.map(({ table_name }) => table_name)), scored)
  for (const { table_name, trend, score, last_checked_at, ...counts } of tables) {
    assert.equal(score, scoreOf(table_name, Date.now()), table_name)
    assert.equal(Date.parse(last_checked_at), newest)
    assert.ok(trend.length >= 20 && trend.length <= 25, `${trend.length} hours`)
    for (const { timestamp, score: then } of trend)
      assert.equal(then, scoreOf(table_name, Date.parse(timestamp)), timestamp)
    const now = planted.filter((row) => row.table_name === table_name && row.at === newest).map(({ status }) => status)
    const count = (status: CheckStatus) => now.filter((each) => each === status).length
    assert.deepEqual(
      [counts.passed, counts.warnings, counts.failed, counts.errors, counts.no_data],
      [count('passed'), count('warning'), count('failed'), count('error'), count('no_data')],
    )
    assert.equal(counts.total_checks, now.length - count('no_data'))
    if (counts.passed < counts.total_checks) assert.ok(score < 100)
  }
})

test('each check has its worst result per hour, including the current one, and its latest result', async () => {
  const [first] = checks
  const hour = Math.floor(newest / hourMs) * hourMs - 5 * hourMs
  const worse: CheckStatus[] = ['passed', 'failed', 'warning', 'error', 'no_data']
  for (const [index, status] of worse.entries()) {
    const row = { check_name: first?.name ?? '', table_name: first?.table ?? '', status, at: hour + index * minuteMs }
    planted.push(row)
    await database.pool.query(
      `insert into data_quality_checks (check_name, table_name, status, dimension, severity, rows_checked, observed,
         duration_ms, executed_at, details) values ($1, $2, $3, 'validity', 'minor', 1, 2.5, 1.5, $4, '{}')`,
      [row.check_name, row.table_name, status, new Date(row.at)],
    )
  }
  const fresh = await createApi(database.db)
  const { from, to, checks: listed }: QualityHours = (await fresh.inject('/api/v1/quality/hours')).json()
  await fresh.close()
  assert.equal(Date.parse(from) % hourMs, 0)
  assert.equal(Math.floor((Date.parse(to) - Date.parse(from)) / hourMs), 23)
  assert.deepEqual(
    listed.map(({ check_name }) => check_name),
    checks.map(({ name }) => name),
  )
  const grade = ['failed', 'error', 'warning', 'passed', 'no_data']
  for (const { check_name, latest, hours } of listed) {
    const own = planted.filter((row) => row.check_name === check_name)
    assert.equal(latest?.status, own.toSorted((a, b) => b.at - a.at)[0]?.status, check_name)
    const inside = own.filter(({ at }) => at >= Date.parse(from))
    const known = [...Map.groupBy(inside, ({ at }) => Math.floor(at / hourMs) * hourMs)].map(([at, rows]) => ({
      hour: new Date(at).toISOString(),
      status: rows.map(({ status }) => status).sort((a, b) => grade.indexOf(a) - grade.indexOf(b))[0],
      verdicts: rows.length,
    }))
    const shown = hours.map((each) => ({ ...each, hour: new Date(each.hour).toISOString() }))
    assert.deepEqual(
      shown,
      known.sort((a, b) => a.hour.localeCompare(b.hour)),
      check_name,
    )
  }
})

test('filters results by one or more fields and lists each once across pages', async () => {
  const select = (wanted: (row: Planted) => boolean) => planted.filter(wanted).length
  const total = async (query: string) => (await get<CheckList>(`/quality/checks?${query}`)).total
  assert.equal(await total(''), planted.length)
  assert.equal(
    await total('status=failed'),
    select(({ status }) => status === 'failed'),
  )
  assert.equal(
    await total('table_name=dim_coin'),
    select((row) => row.table_name === 'dim_coin'),
  )
  assert.equal(await total('check_name=freshness'), rounds)
  assert.equal(
    await total('table_name=fact_market_data&status=no_data'),
    select((row) => row.table_name === 'fact_market_data' && row.status === 'no_data'),
  )
  const major = checks.filter(({ severity }) => severity === 'major').length
  assert.equal(await total('severity=major'), major * rounds)
  const fresh = checks.filter(({ dimension }) => dimension === 'freshness').length
  assert.equal(await total('dimension=freshness'), fresh * rounds)

  const seen: number[] = []
  const { pages } = await get<CheckList>('/quality/checks?per_page=100')
  for (let page = 1; page <= pages; page += 1) {
    const list = await get<CheckList>(`/quality/checks?per_page=100&page=${page}`)
    seen.push(...list.items.map(({ id }) => id))
  }
  assert.equal(seen.length, planted.length)
  assert.equal(new Set(seen).size, planted.length)
  const [first] = (await get<CheckList>('/quality/checks?per_page=1&check_name=completeness')).items
  const { id, executed_at, status, ...rest } = first ?? { id: 0, executed_at: '', status: '' }
  assert.ok(id > 0 && status !== '')
  assert.equal(Date.parse(executed_at), newest)
  assert.deepEqual(rest, {
    check_name: 'completeness',
    table_name: 'fact_market_data',
    dimension: 'completeness',
    severity: 'major',
    rows_checked: 1,
    observed: 2.5,
    warning_above: null,
    failed_above: null,
    duration_ms: 1.5,
    details: { samples: [{ coin: 'x' }] },
  })
  assert.deepEqual((await get<CheckList>('/quality/checks?page=9999')).items, [])
})

test('the history of a check covers the requested hours in order, with its method', async () => {
  const { method, results } = await get<CheckHistory>('/quality/checks/completeness/history?hours=6')
  assert.deepEqual([method.check_name, method.warning_above, method.failed_above], ['completeness', 0, 10])
  assert.equal(results.length, 6)
  const wanted = planted.filter(({ check_name }) => check_name === 'completeness').slice(-6)
  assert.deepEqual(
    results.map(({ status, executed_at }) => [status, Date.parse(executed_at)]),
    wanted.map(({ status, at }) => [status, at]),
  )
  assert.equal((await get<CheckHistory>('/quality/checks/completeness/history')).results.length, 24)
  assert.equal((await get<CheckHistory>('/quality/checks/completeness/history?hours=720')).results.length, rounds)
})

test('the methods include thresholds, units and schedules', async () => {
  const methods = await get<CheckMethod[]>('/quality/methods')
  assert.equal(methods.length, checks.length)
  const freshness = methods.find(({ check_name }) => check_name === 'freshness')
  assert.deepEqual(
    [freshness?.unit, freshness?.warning_above, freshness?.failed_above, freshness?.schedule],
    ['minutes', 30, 60, 'each_ingest'],
  )
  for (const { sql } of methods) assert.match(sql, /^with .* select .* rows_checked/)
})

test('rejects invalid requests with a remedy', async () => {
  const wrong: [string, number, RegExp][] = [
    ['/quality/checks?status=odd', 422, /status/],
    ['/quality/checks?table_name=odd', 422, /table_name/],
    ['/quality/checks?check_name=odd', 422, /check_name/],
    ['/quality/checks?severity=odd', 422, /severity/],
    ['/quality/checks?dimension=odd', 422, /dimension/],
    ['/quality/checks?page=0', 422, /page/],
    ['/quality/checks?per_page=101', 422, /per_page/],
    ['/quality/checks/freshness/history?hours=721', 422, /hours/],
    ['/quality/checks/freshness/history?hours=x', 422, /hours/],
    ['/quality/checks/odd/history', 404, /Check odd not found.*methods/],
  ]
  for (const [path, status, words] of wrong) {
    const response = await app.inject(`/api/v1${path}`)
    assert.equal(response.statusCode, status, path)
    assert.match(response.json().detail, words, path)
  }
})

test('responses change when checks have run, and incidents list the checks folded under them', async () => {
  const { pool, db } = database
  const failing = toJobOptions(database, {
    fetchSnapshots: async () => {
      throw new Error('down')
    },
  })
  for (let count = 0; count < 3; count += 1) await runJob(failing, 'ingest_market_data')
  const seen = await findWarehouseVersion(db)
  const before = await get<TableQuality[]>('/quality/summary')
  assert.deepEqual(
    before.flatMap(({ incidents }) => incidents),
    [],
  )
  await runJob(failing, 'data_quality_checks')
  assert.notEqual(await findWarehouseVersion(db), seen)
  const { rows } = await pool.query('select count(*)::int as runs from pipeline_runs')
  assert.equal(rows[0].runs, 4)
  const fresh = await createApi(db)
  const after: TableQuality[] = (await fresh.inject('/api/v1/quality/summary')).json()
  await fresh.close()
  const incidents = after.flatMap((table) => table.incidents)
  assert.deepEqual(
    incidents.map(({ check_name, folded, failures, observed }) => ({ check_name, folded, failures, observed })),
    [{ check_name: 'ingest_runs', folded: ['freshness'], failures: 1, observed: 3 }],
  )
  assert.equal(after.find(({ table_name }) => table_name === 'pipeline_runs')?.incidents.length, 1)
})

test('the version changes when a run ends that started before the latest one', async () => {
  const { pool, db } = database
  const good = toJobOptions(database, {
    fetchSnapshots: async () => ({ source: 'test', snapshots: [toSnapshot('bitcoin')], rejected: [] }),
  })
  await pool.query(`insert into pipeline_runs (job_id, trigger) values ('data_quality_checks', 'manual')`)
  await runJob(good, 'ingest_market_data')
  const seen = await findWarehouseVersion(db)
  await pool.query(`update pipeline_runs set status = 'success', end_time = now(), records_processed = 6
    where status = 'running'`)
  assert.notEqual(await findWarehouseVersion(db), seen)
})
