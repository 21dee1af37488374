import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { parse } from 'yaml'
import { reader } from '../server/warehouse/reader-role.ts'
import { listViews, SqlRunner } from '../server/warehouse/sql-runner.ts'
import { createApi } from './api.ts'
import { createTestDatabase, grantReader, type TestDatabase } from './database.ts'
import { runJob, toJobOptions } from './jobs.ts'
import { toSnapshot } from './snapshots.ts'

const read = (name: string): string => readFileSync(new URL(`../integrations/${name}`, import.meta.url), 'utf8')

let database: TestDatabase
let runner: SqlRunner
before(async () => {
  database = await createTestDatabase()
  const fetchSnapshots = async () => ({ source: 'test', snapshots: [toSnapshot('bitcoin')], rejected: [] })
  const options = toJobOptions(database, { fetchSnapshots })
  for (const job of ['ingest_market_data', 'data_quality_checks'] as const) await runJob(options, job)
  await grantReader(database.connection)
  runner = new SqlRunner(database.connection)
})
after(() => database.drop())

type Dashboard = { panels: { title: string; datasource: { uid: string }; targets: { rawSql: string }[] }[] }

test('every query of the Grafana dashboards runs as the role reader', async () => {
  const { datasources } = parse(read('grafana/datasource.yaml'))
  assert.equal(datasources[0].user, reader)
  parse(read('grafana/dashboards.yaml'))
  let queries = 0
  for (const name of ['market', 'pipeline', 'quality']) {
    const { panels }: Dashboard = JSON.parse(read(`grafana/${name}.json`))
    for (const { title, datasource, targets } of panels) {
      assert.equal(datasource.uid, datasources[0].uid)
      for (const { rawSql } of targets) {
        const range = rawSql.replaceAll(/\$__timeFilter\((\w+)\)/g, "$1 between now() - interval '1 day' and now()")
        const { columns } = await runner.run(range)
        assert.ok(columns.length > 0, title)
        queries += 1
      }
    }
  }
  assert.ok(queries >= 10)
})

test('the dbt sources are the views with their columns and descriptions', async () => {
  const [source] = parse(read('dbt/sources.yml')).sources
  const views = (await listViews(runner)).map(({ name, description, columns }) => ({
    name: name.replace('market.', ''),
    description,
    columns: columns.map((column) => [column.name, column.description]),
  }))
  type Table = { name: string; description: string; columns: { name: string; description: string }[] }
  const tables = (source.tables as Table[]).map(({ columns, ...table }) => ({
    ...table,
    columns: columns.map((column) => [column.name, column.description]),
  }))
  assert.deepEqual(
    tables.sort((a, b) => a.name.localeCompare(b.name)),
    views,
  )
})

type Widget = { endpoint: string; data: { dataKey: string; table: { columnsDefs: { field: string }[] } } }

test('the Prometheus rules use metrics that exist, the OpenBB widgets use fields of the API', async () => {
  const app = await createApi(database.db)
  const metrics = (await app.inject('/metrics')).body
  for (const { alert, expr } of parse(read('prometheus/rules.yml')).groups[0].rules) {
    const [name = ''] = /cryptoflow_\w+/.exec(expr) ?? []
    assert.match(metrics, new RegExp(`^# TYPE ${name} `, 'm'), alert)
  }
  const widgets = JSON.parse((await app.inject('/widgets.json')).body)
  for (const [id, { endpoint, data }] of Object.entries<Widget>(widgets)) {
    const answer = await app.inject(`/${endpoint}`)
    assert.equal(answer.statusCode, 200, `${id}: ${answer.body}`)
    const { dataKey, table } = data
    const rows = dataKey === '' ? answer.json() : answer.json()[dataKey]
    assert.ok(Array.isArray(rows), id)
    for (const { field } of table.columnsDefs) if (rows.length > 0) assert.ok(field in rows[0], `${id}: ${field}`)
  }
  await app.close()
})

test('the DuckDB example reads columns that exist', async () => {
  const [statement] = /select coingecko_id[^;]+/.exec(read('duckdb.sql')) ?? []
  await runner.run((statement ?? '').replaceAll('cryptoflow.market', 'market'))
})
