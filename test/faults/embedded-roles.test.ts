import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openRequests } from '../../server/jobs/requests.ts'
import { ensurePartitions } from '../../server/warehouse/partitions.ts'
import { quietLog } from '../database.ts'
import { openRunner, runJob, toJobOptions } from '../jobs.ts'
import { toSnapshot } from '../snapshots.ts'
import { asSuperuser, query, readRows, Sandbox, writeRow } from './embedded-sandbox.ts'

const fetchSnapshots = async () => ({
  source: 'test',
  snapshots: [toSnapshot('a'), toSnapshot('b')],
  rejected: [],
})

const rightsOf = `select rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls,
  (select datdba::regrole::text from pg_database where datname = current_database()) as owner,
  pg_has_role(current_user, 'pg_execute_server_program', 'member') as programs
  from pg_roles where rolname = current_user`
const ordinary = {
  rolsuper: false,
  rolcreaterole: false,
  rolcreatedb: false,
  rolreplication: false,
  rolbypassrls: false,
  owner: 'cryptoflow',
  programs: false,
}

/** Objects that the role does not own. The schema public belongs to the owner of the database. */
const foreignObjects = `
  select relname::text as name from pg_class where relnamespace in (select oid from ours) and relowner <> 'cryptoflow'::regrole
  union all select proname::text from pg_proc where pronamespace in (select oid from ours) and proowner <> 'cryptoflow'::regrole
  union all select typname::text from pg_type where typnamespace in (select oid from ours) and typowner <> 'cryptoflow'::regrole
  union all select nspname::text from ours where nspname <> 'public' and nspowner <> 'cryptoflow'::regrole`
const listForeignObjects = `with ours as (select * from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema') ${foreignObjects}`

const made = `create schema own; create type own.mood as enum ('good'); create domain own.price as double precision;
  create type own.pair as (a integer, b own.mood); create table own.moods (id serial, mood own.mood, price own.price);
  insert into own.moods (mood) values ('good'); create view own."Moods of all" as select * from own.moods;
  create materialized view own.moods_then as select * from own.moods; create sequence own.numbers;
  create function own.add(a integer, b integer default 1) returns integer language sql as 'select a + b';
  create function own.add(a text) returns text language sql as 'select a'`

test('connects to the built-in server as an ordinary role that owns the database', async (t) => {
  const server = await new Sandbox(t).start()
  assert.deepEqual(await query(server.connection, rightsOf), [ordinary])
  await assert.rejects(query(server.connection, `copy (select 1) to program 'cat'`), { code: '42501' })
  await assert.rejects(query(server.connection, `select pg_read_file('postgresql.conf')`), { code: '42501' })
})

test('upgrades a data folder whose role was the superuser, and keeps its data', async (t) => {
  const sandbox = new Sandbox(t)
  const first = await sandbox.start()
  const before = asSuperuser(first.connection)
  await query({ ...before, database: 'postgres' }, 'drop database cryptoflow')
  await query(
    { ...before, database: 'postgres' },
    'drop role cryptoflow; create role cryptoflow_upgrade superuser login',
  )
  const substitute = { ...before, user: 'cryptoflow_upgrade', database: 'postgres' }
  await query(substitute, 'alter role cryptoflow_admin rename to cryptoflow')
  await query({ ...first.connection, database: 'postgres' }, 'create database cryptoflow')
  const warehouse = await sandbox.openWarehouse(first.connection)
  const ingest = () => runJob(toJobOptions(warehouse, { fetchSnapshots }), 'ingest_market_data')
  assert.equal((await ingest()).status, 'success')
  const runner = openRunner({ ...warehouse, connection: first.connection }, { fetchSnapshots })
  await runner.start()
  await runner.stop()
  await writeRow(first.connection)
  for (const statement of made.split(';')) await query(first.connection, statement)
  const countOf = async (table: string) => (await query(first.connection, `select from ${table}`)).length
  const held = { facts: await countOf('fact_market_data'), queued: await countOf('pgboss.job') }
  await first.stop()

  const second = await sandbox.start()
  assert.deepEqual(second.connection, first.connection)
  assert.deepEqual(await query(second.connection, rightsOf), [ordinary])
  assert.deepEqual(await query(second.connection, listForeignObjects), [])
  assert.deepEqual(await query(asSuperuser(second.connection), `select from pg_roles where rolname ~ 'upgrade'`), [])
  assert.deepEqual(await readRows(second.connection), [42])
  assert.deepEqual({ facts: await countOf('fact_market_data'), queued: await countOf('pgboss.job') }, held)
  assert.deepEqual(await query(second.connection, `select own.add(1), mood from own."Moods of all"`), [
    { add: 2, mood: 'good' },
  ])
  await query(second.connection, 'refresh materialized view own.moods_then')
  await query(second.connection, 'drop schema own cascade')
  const again = await sandbox.openWarehouse(second.connection)
  assert.equal((await runJob(toJobOptions(again, { fetchSnapshots }), 'ingest_market_data')).status, 'success')
  const from = new Date('2033-05-01T00:00:00Z')
  assert.equal((await ensurePartitions(again.pool, { from, to: from })).length, 1)
  const workers = openRunner({ ...again, connection: second.connection }, { fetchSnapshots })
  await workers.start()
  const requests = openRequests(second.connection, quietLog)
  await requests.request('data_quality_checks')
  await requests.close()
  await workers.stop()
  await second.stop()
  assert.deepEqual(await query((await sandbox.start()).connection, rightsOf), [ordinary])
})
