import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openDb, openPool } from '../../server/warehouse/db.ts'
import { watchNewConnections } from '../../server/warehouse/reachability.ts'
import { createApi } from '../api.ts'
import { administer, createTestDatabase, quietLog } from '../database.ts'

test('reports not ready while new database connections fail, though open ones work', async (t) => {
  const database = await createTestDatabase()
  const role = `${database.connection.database}_role`
  const inDatabase = (statement: string) => administer(statement, database.connection.database)
  await inDatabase(`create role ${role} login; grant select on all tables in schema public to ${role}`)
  const connection = { ...database.connection, user: role }
  const pool = openPool(connection, { log: quietLog, max: 1 })
  let now = 0
  const acceptsConnections = watchNewConnections(connection, { clock: { now: () => now }, log: quietLog })
  const api = await createApi(openDb(pool), { acceptsConnections })
  t.after(async () => {
    await api.close()
    await pool.end()
    await inDatabase(`drop owned by ${role}; drop role ${role}`)
    await database.drop()
  })
  const ask = async () => {
    const answer = await api.inject('/readyz')
    const { database: state, ingest } = answer.json()
    return [answer.statusCode, state, /no new connections/.test(ingest.problem ?? '')]
  }
  const ready = [200, 'ok', false]
  const closed = [503, 'down', true]
  assert.deepEqual(await ask(), ready)
  for (const [close, open] of [
    ['nologin', 'login'],
    ['connection limit 1', 'connection limit -1'],
  ]) {
    await inDatabase(`alter role ${role} ${close}`)
    now += 4999
    assert.deepEqual(await ask(), ready, 'a success counts for 5 s')
    now += 1
    assert.deepEqual(await ask(), closed, close)
    assert.equal((await api.inject('/api/v1/coins')).statusCode, 200, 'what is open goes on serving')
    await inDatabase(`alter role ${role} ${open}`)
    assert.deepEqual(await ask(), ready, open)
  }
})
