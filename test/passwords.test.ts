import assert from 'node:assert/strict'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { createClient } from '@redis/client'
import pg from 'pg'
import { readConfig } from '../server/config.ts'
import { openPool } from '../server/warehouse/db.ts'
import { superuser } from '../server/warehouse/embedded/roles.ts'
import { startEmbeddedPostgres } from '../server/warehouse/embedded.ts'
import { createDataFolder } from './data-folder.ts'
import { quietLog, toUrl } from './database.ts'
import { noRedis, startRedis } from './redis.ts'
import { waitFor } from './wait.ts'

const password = `p@s/s:w#o?r%d&=+ "'\\é`

/** Starts a PostgreSQL that requires the password and returns its URL without the password. */
async function startGuarded(t: TestContext): Promise<string> {
  const dataDir = createDataFolder()
  const server = await startEmbeddedPostgres({ dataDir, log: quietLog })
  t.after(async () => {
    await server.stop()
    rmSync(dataDir, { recursive: true, force: true })
  })
  const client = new pg.Client({ ...server.connection, user: superuser })
  await client.connect()
  const { rows } = await client.query('show data_directory')
  const rules = join(rows[0].data_directory, 'pg_hba.conf')
  await client.query(`alter role ${server.connection.user} password ${pg.escapeLiteral(password)}`)
  await client.end()
  writeFileSync(rules, 'local all all scram-sha-256\n')
  const pid = readFileSync(join(rows[0].data_directory, 'postmaster.pid'), 'utf8').split('\n')[0]
  process.kill(Number(pid), 'SIGHUP')
  return toUrl(server.connection)
}

const ask = async (url: string | null) => {
  const pool = openPool(url ?? '', { log: quietLog, max: 1 })
  return pool.query('select 1 as one').finally(() => pool.end())
}

test('connects to PostgreSQL with a password of every character that a URL escapes', async (t) => {
  const url = await startGuarded(t)
  const refused = () =>
    ask(url).then(
      () => false,
      ({ message }: Error) => /password/i.test(message),
    )
  await waitFor(refused, 'a server that asks for the password')
  const { rows } = await ask(readConfig({ DATABASE_URL: url, DATABASE_PASSWORD: password }).DATABASE_URL)
  assert.deepEqual(rows, [{ one: 1 }])
  await assert.rejects(ask(readConfig({ DATABASE_URL: url, DATABASE_PASSWORD: 'other' }).DATABASE_URL), /password/)
})

test('connects to Redis with such a password', { skip: noRedis }, async (t) => {
  const redis = await startRedis({ password })
  t.after(redis.stop)
  const ping = async (given: string) => {
    const { REDIS_URL } = readConfig({ REDIS_URL: redis.url, ...(given === '' ? {} : { REDIS_PASSWORD: given }) })
    const client = createClient({ url: REDIS_URL[0] ?? '', socket: { reconnectStrategy: false } })
    client.on('error', () => undefined)
    await client.connect()
    return client.ping().finally(() => client.destroy())
  }
  assert.equal(await ping(password), 'PONG')
  await assert.rejects(ping('other'), /WRONGPASS/)
  await assert.rejects(ping(''), /NOAUTH/)
})
