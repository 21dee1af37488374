import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import type { AuditList } from '../../contract/accounts.ts'
import { type BackfillRequest, type JobHealth, jobIds } from '../../contract/pipeline.ts'
import { toUtcDay } from '../../contract/time.ts'
import { call, createAccountsApi, type Session, signUp } from '../../test/accounts.ts'
import { createTestDatabase, quietLog, type TestDatabase } from '../../test/database.ts'
import { openRun, openRunner } from '../../test/jobs.ts'
import { toSnapshot } from '../../test/snapshots.ts'
import { waitFor } from '../../test/wait.ts'
import { openRequests } from '../jobs/requests.ts'

let database: TestDatabase
let app: FastifyInstance
let admin: Session
const requests: { current?: ReturnType<typeof openRequests> } = {}
before(async () => {
  database = await createTestDatabase()
  requests.current = openRequests(database.connection, quietLog)
  app = await createAccountsApi(database, {}, { requestRun: requests.current.request })
  admin = await signUp(app, { db: database.db, role: 'administrator' })
})
after(async () => {
  await app.close()
  await requests.current?.close()
  await database.drop()
})

const readAudit = async (query = ''): Promise<AuditList> =>
  (await call(app, `GET /audit${query}`, { as: admin })).body as never

test('responds with 503 to a job run without a worker, and does not audit it', async () => {
  const answer = await call(app, 'POST /pipeline/jobs/ingest_market_data/run', { as: admin })
  assert.equal(answer.status, 503)
  assert.match(answer.body.detail, /role jobs/)
  assert.equal((await readAudit('?action=job_requested')).total, 0)
})

test('an administrator starts an audited, manual run through the queue', async (t) => {
  const fetchSnapshots = async () => ({ source: 'test', snapshots: [toSnapshot('bitcoin')], rejected: [] })
  const runner = openRunner(database, { fetchSnapshots })
  await runner.start()
  t.after(runner.stop)
  const countRuns = async (trigger: string) =>
    (
      await database.pool.query(
        `select count(*)::int as n from pipeline_runs where trigger = $1 and status <> 'running'`,
        [trigger],
      )
    ).rows[0].n
  await waitFor(async () => (await countRuns('startup')) === jobIds.length, 'the startup runs')
  const answer = await call(app, 'POST /pipeline/jobs/data_quality_checks/run', { as: admin })
  assert.deepEqual([answer.status, (answer.body as { job_id?: string }).job_id], [202, 'data_quality_checks'])
  await waitFor(async () => (await countRuns('manual')) === 1, 'the manual run')
  const { items } = await readAudit('?action=job_requested')
  assert.deepEqual(
    items.map(({ actor_id, actor_email, network, details }) => ({ actor_id, actor_email, network, details })),
    [
      {
        actor_id: admin.id,
        actor_email: admin.email,
        network: '192.0.2.0',
        details: { job_id: 'data_quality_checks' },
      },
    ],
  )
  assert.equal((await call(app, 'POST /pipeline/jobs/everything/run', { as: admin })).status, 404)
})

test('an administrator cancels a run once and cannot start a job in progress', async () => {
  const id = await openRun(database, 'backfill_history')
  assert.equal((await call(app, 'POST /pipeline/jobs/backfill_history/run', { as: admin })).status, 409)
  const headers = { 'content-type': 'application/json' }
  assert.equal((await call(app, `POST /pipeline/runs/${id}/cancel`, { as: admin, headers })).status, 200)
  const { rows } = await database.pool.query('select status from pipeline_runs where id = $1', [id])
  assert.equal(rows[0].status, 'cancelled')
  assert.equal((await call(app, `POST /pipeline/runs/${id}/cancel`, { as: admin })).status, 404)
  assert.equal((await call(app, 'POST /pipeline/runs/x/cancel', { as: admin })).status, 422)
  const { items } = await readAudit('?action=run_cancelled')
  assert.deepEqual(
    items.map(({ details }) => details),
    [{ run_id: id, job_id: 'backfill_history' }],
  )
})

test('an administrator pauses and resumes a job, and other callers do not', async () => {
  const person = await signUp(app)
  for (const path of ['/pipeline/jobs/data_quality_checks/pause', '/pipeline/backfills'])
    assert.equal((await call(app, `POST ${path}`, { as: person, body: {} })).status, 403)
  const readState = async () => {
    const answer = await app.inject('/api/v1/pipeline/health')
    return answer.json<JobHealth[]>().find(({ job_id }) => job_id === 'data_quality_checks')
  }
  const paused = await call(app, 'POST /pipeline/jobs/data_quality_checks/pause', { as: admin })
  assert.equal(paused.status, 200)
  const state = await readState()
  assert.deepEqual(
    [state?.state, state?.paused_at, state?.next_run_at],
    ['paused', (paused.body as never as { paused_at: string }).paused_at, null],
  )
  assert.equal((await call(app, 'POST /pipeline/jobs/data_quality_checks/resume', { as: admin })).status, 200)
  assert.notEqual((await readState())?.state, 'paused')
  assert.equal((await call(app, 'POST /pipeline/jobs/everything/pause', { as: admin })).status, 404)
  for (const action of ['job_paused', 'job_resumed'])
    assert.deepEqual(
      (await readAudit(`?action=${action}`)).items.map(({ actor_id, details }) => [actor_id, details]),
      [[admin.id, { job_id: 'data_quality_checks' }]],
    )
})

test('an administrator requests a backfill once, and a wrong one is explained', async () => {
  const today = toUtcDay(Date.now())
  const ask = (body: unknown) => call(app, 'POST /pipeline/backfills', { as: admin, body })
  assert.match((await ask({ coin: 'bitcoin', from: today, to: '2999-01-01' })).body.detail, /in the future/)
  assert.equal((await ask({ coin: 'nothing', from: today, to: today })).status, 404)
  assert.equal((await ask({ coin: 'bitcoin', from: 'yesterday', to: today })).status, 422)
  const answer = await ask({ coin: 'bitcoin', from: today, to: today })
  assert.equal(answer.status, 202)
  const { coingecko_id, status } = answer.body as never as BackfillRequest
  assert.deepEqual([coingecko_id, status], ['bitcoin', 'queued'])
  assert.equal((await ask({ coin: 'bitcoin', from: today, to: today })).status, 409)
  const { items } = await readAudit('?action=backfill_requested')
  assert.deepEqual(
    items.map(({ details }) => [details.from, details.to]),
    [[today, today]],
  )
})

test('the audit log lists events by actor, newest first, in pages, without secrets', async () => {
  const person = await signUp(app)
  await call(app, 'POST /auth/login', {
    body: { email: person.email, password: 'wrong guess' },
    address: '2001:db8:1:2::3',
  })
  await call(app, 'POST /auth/login', { body: { email: 'nobody@example.org', password: 'wrong guess' } })
  await call(app, 'POST /auth/logout', { cookie: person.cookie })
  const all = await readAudit('?per_page=100')
  assert.equal(all.total, all.items.length)
  assert.deepEqual(
    all.items.slice(0, 5).map(({ action, user_email, network }) => [action, user_email, network]),
    [
      ['logged_out', person.email, '192.0.2.0'],
      ['login_failed', null, '192.0.2.0'],
      ['login_failed', person.email, '2001:db8:1::'],
      ['login_succeeded', person.email, '198.51.100.0'],
      ['account_created', person.email, '198.51.100.0'],
    ],
  )
  assert.ok(all.items.some(({ action, details }) => action === 'role_changed' && details.role === 'administrator'))
  const second = await readAudit('?per_page=2&page=2')
  assert.deepEqual(second.items, all.items.slice(2, 4))
  assert.equal(second.pages, Math.ceil(all.total / 2))
  for (const query of ['?page=0', '?per_page=101', '?action=everything', "?action='"])
    assert.equal((await call(app, `GET /audit${query}`, { as: admin })).status, 422, query)
  const { rows } = await database.pool.query('select * from audit_log')
  assert.doesNotMatch(JSON.stringify(rows), /@|guess|eyJ|argon/)
})

test('the audit log is append-only', async () => {
  for (const statement of [
    'delete from audit_log',
    `update audit_log set action = 'x'`,
    'delete from audit_log where id = 1',
  ])
    await assert.rejects(database.pool.query(statement), /only ever added to/)
  assert.ok((await readAudit()).total > 0)
})
