import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createTestDatabase, quietLog } from '../../test/database.ts'
import { runJob, toJobOptions } from '../../test/jobs.ts'
import { describeServer, joinNodes, noCitus } from '../../test/outside-server.ts'
import { toSnapshot } from '../../test/snapshots.ts'
import { checks } from '../quality/checks.ts'
import { runCheck } from '../quality/run.ts'
import { listNodes } from './cluster.ts'
import { listJobHealth } from './job-health.ts'
import { migrate } from './migrate.ts'
import { listPlacements } from './placement.ts'
import { splitStatements } from './statements.ts'
import { listStorage } from './storage.ts'

/** An empty database on every node of CITUS_URL, not yet joined. */
async function open(t: TestContext) {
  const server = await describeServer(process.env.CITUS_URL ?? '', '')
  const database = await createTestDatabase({ empty: true, joined: false, server })
  const nodes = { ...server, connection: database.connection }
  t.after(() => database.drop())
  const ids = Array.from({ length: 40 }, (_, index) => `coin-${index}`)
  const fetchSnapshots = async () => ({ source: 'test', snapshots: ids.map((id) => toSnapshot(id)), rejected: [] })
  return { ...database, server: nodes, options: toJobOptions(database, { fetchSnapshots }) }
}

test('statements end where PostgreSQL ends them', async () => {
  const text = `select ';' -- a; b\n; do $$ begin perform 1; end $$; /* ; /* ; */ */ comment on table é is 'é;'`
  assert.deepEqual(await splitStatements(text), [
    `select ';' -- a; b`,
    'do $$ begin perform 1; end $$',
    `comment on table é is 'é;'`,
  ])
})

test('migrations declare placements', () => {
  assert.deepEqual(
    listPlacements(`create table a ();\nselect place_table('a', 'coin_id');\n-- select place_table('b', 'x');`),
    [{ table: 'a', placement: 'coin_id' }],
  )
})

test('a single server has no nodes', async (t) => {
  const { db, drop } = await createTestDatabase({ empty: true, joined: false })
  t.after(drop)
  assert.deepEqual(await listNodes(db), [])
})

test('distributes a filled warehouse, whose jobs and checks then run on the nodes', { skip: noCitus }, async (t) => {
  const { pool, db, server, options } = await open(t)
  await migrate(pool, quietLog)
  assert.equal((await runJob(options, 'ingest_market_data')).status, 'success')
  await joinNodes(server, server.connection.database)
  await migrate(pool, quietLog)
  const { rows } = await pool.query<{ table: string; kind: string }>(
    'select table_name::text as table, citus_table_type as kind from citus_tables order by 1',
  )
  const kinds = new Map(rows.map(({ table, kind }) => [table, kind]))
  assert.deepEqual(
    [kinds.get('dim_coin'), kinds.get('fact_market_data'), kinds.get('pipeline_runs')],
    ['reference', 'distributed', undefined],
  )
  assert.equal((await pool.query('select count(*)::int as n from fact_market_data')).rows[0].n, 40)
  for (const job of ['ingest_market_data', 'data_quality_checks'] as const)
    assert.equal((await runJob(options, job)).status, 'success', job)
  const scope = { now: new Date().toISOString(), trackedCoins: 40 }
  for (const check of checks) {
    const { status, details } = await runCheck(db, check, scope)
    assert.notEqual(status, 'error', `${check.name}: ${JSON.stringify(details)}`)
  }
  const facts = (await listStorage(db)).find(({ table }) => table === 'fact_market_data')
  assert.ok((facts?.heap_bytes ?? 0) > 0)
})

test('a node that is down is named, and the next attempt after its return succeeds', { skip: noCitus }, async (t) => {
  const { pool, db, server, options } = await open(t)
  await joinNodes(server, server.connection.database)
  await migrate(pool, quietLog)
  assert.equal((await runJob(options, 'ingest_market_data')).status, 'success')
  const [node] = server.nodes
  assert.ok(node !== undefined)
  const move = (from: number, to: number) =>
    pool.query('update pg_dist_node set nodeport = $2 where nodeport = $1', [from, to])
  await move(node.port, 1)
  const down = (await listNodes(db)).filter(({ is_reachable }) => !is_reachable)
  assert.deepEqual(
    down.map(({ name }) => name),
    [`${node.host}:1`],
  )
  const { status, error, retryAt } = await runJob(options, 'ingest_market_data')
  assert.equal(status, 'failed')
  assert.match(error ?? '', new RegExp(`^The database node ${node.host}:1 is unreachable`))
  assert.ok(retryAt !== undefined)
  assert.equal((await listJobHealth(db)).find(({ job_id }) => job_id === 'ingest_market_data')?.state, 'failing')
  await move(1, node.port)
  assert.equal((await runJob(options, 'ingest_market_data')).status, 'success')
})
