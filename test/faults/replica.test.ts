import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import pg from 'pg'
import type { CoinList } from '../../contract/coins.ts'
import { openReplica } from '../../server/app/replica.ts'
import { startApp } from '../../server/app.ts'
import { readConfig } from '../../server/config.ts'
import { placeBinaries } from '../../server/warehouse/embedded/binaries.ts'
import { quietLog, toUrl } from '../database.ts'
import { waitFor } from '../wait.ts'
import { asSuperuser, getDataFolder, query, Sandbox } from './embedded-sandbox.ts'
import { accountOf } from './outside-server.ts'

type Connection = Parameters<typeof query>[0]

/** Starts a streaming replica of `primary` from a copy of its files. */
async function startReplica(sandbox: Sandbox, primary: Connection) {
  const data = await getDataFolder(primary)
  const account = accountOf(data)
  const copy = join(sandbox.folder, 'replica')
  const client = new pg.Client(asSuperuser(primary))
  await client.connect()
  await client.query(`select pg_backup_start('replica', true)`)
  execFileSync('cp', ['-a', data, copy])
  const { rows } = await client.query<{ labelfile: string }>('select labelfile from pg_backup_stop(false)')
  await client.end()
  rmSync(join(copy, 'postmaster.pid'))
  for (const [name, text] of Object.entries({ backup_label: rows[0]?.labelfile ?? '', 'standby.signal': '' })) {
    writeFileSync(join(copy, name), text)
    chownSync(join(copy, name), account.uid, account.gid)
  }
  const connection = { ...primary, port: primary.port + 1 }
  const settings = {
    port: connection.port,
    listen_addresses: '',
    unix_socket_directories: primary.host,
    primary_conninfo: `host=${primary.host} port=${primary.port} user=${asSuperuser(primary).user}`,
  }
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const { postgres } = await placeBinaries(sandbox.folder, account)
  const child = sandbox.track(spawn(postgres, ['-D', copy, ...options], { ...account, stdio: 'ignore' }))
  await waitFor(
    () =>
      query(connection, 'select 1').then(
        () => true,
        () => false,
      ),
    'the replica',
  )
  return { connection, child }
}

const addCoin = (connection: Connection, name: string) =>
  query(
    connection,
    `insert into dim_coin (coingecko_id, symbol, name, first_seen_at, last_seen_at) values ('${name}', 'x', 'X', now(), now());
     insert into latest_market_data (coin_id, timestamp, price_usd) select max(id), now(), 1 from dim_coin;
     refresh materialized view mv_latest_market_data;
     insert into pipeline_runs (job_id, trigger, status, start_time, end_time)
       values ('ingest_market_data', 'schedule', 'success', now(), now())`,
  )

test('reads market data from a replica and writes to the primary, and is not ready without the replica', async (t) => {
  const sandbox = new Sandbox(t)
  const { connection: primary } = await sandbox.start({ settings: { wal_level: 'replica', max_wal_senders: '2' } })
  await sandbox.openWarehouse(primary)
  const { connection: replica, child } = await startReplica(sandbox, primary)
  const urls = { DATABASE_URL: toUrl(primary), DATABASE_READ_URL: toUrl(replica) }
  const config = readConfig({ ...urls, PORT: '0', ROLES: 'api', CRYPTOFLOW_MODE: 'demo', DATA_DIR: sandbox.folder })
  const app = await startApp(config, { log: quietLog, step: (_name, work) => work() })
  t.after(app.stop)
  const countCoins = async () => {
    const response = await fetch(`${app.url}/api/v1/coins`)
    return response.ok ? ((await response.json()) as CoinList).total : response.status
  }
  await addCoin(primary, 'first')
  await waitFor(async () => (await countCoins()) === 1, 'the coin')
  await query(asSuperuser(replica), 'select pg_wal_replay_pause()')
  await addCoin(primary, 'second')
  const body = JSON.stringify({ email: 'ada@example.org', password: 'a fine day at the lake' })
  const headers = { 'content-type': 'application/json' }
  assert.equal((await fetch(`${app.url}/api/v1/auth/register`, { method: 'POST', headers, body })).status, 201)
  assert.equal(await countCoins(), 1)
  await query(asSuperuser(replica), 'select pg_wal_replay_resume()')
  await waitFor(async () => (await countCoins()) === 2, 'the second coin')
  const ended = once(child, 'exit')
  child.kill('SIGINT')
  await ended
  await waitFor(async () => (await countCoins()) === 503, 'no cached response any more')
  assert.equal((await fetch(`${app.url}/readyz`)).status, 503)
  const unreachable = readConfig({ ...urls, DATABASE_READ_URL: 'postgres://x@127.0.0.1:1/x?sslmode=disable' })
  await assert.rejects(openReplica(unreachable, quietLog), /Can't use the replica .*Check DATABASE_READ_URL/)
})
