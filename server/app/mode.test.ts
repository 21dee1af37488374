import assert from 'node:assert/strict'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { startSimulator } from '../../simulator/simulator.ts'
import { createDataFolder } from '../../test/data-folder.ts'
import { createTestDatabase, quietLog } from '../../test/database.ts'
import { readConfig } from '../config.ts'
import { claimMode } from '../warehouse/info.ts'
import { resolveMode } from './mode.ts'

test('auto mode is live when CoinGecko responds, even with an error, and demo when it does not', async (t) => {
  const simulator = await startSimulator({ coins: 10 })
  t.after(simulator.close)
  const dataDir = createDataFolder()
  t.after(() => rmSync(dataDir, { recursive: true }))
  const ask = (settings: Record<string, string> = {}) =>
    resolveMode(readConfig({ DATA_DIR: dataDir, COINGECKO_BASE_URL: simulator.baseUrl, ...settings }), quietLog)
  assert.equal(await ask(), 'live')
  for (const [kind, mode] of [
    ['throttled', 'live'],
    ['html', 'demo'],
    ['server_error', 'demo'],
    ['reset', 'demo'],
    ['hang', 'demo'],
  ] as const) {
    simulator.faults.set([{ kind, times: 1 }])
    assert.equal(await ask(), mode, kind)
  }
  assert.equal(await ask({ CRYPTOFLOW_MODE: 'demo' }), 'demo')
  simulator.faults.set([{ kind: 'reset' }])
  mkdirSync(join(dataDir, 'live'))
  assert.equal(await ask(), 'live', 'stays live with live data')
})

test('auto mode keeps the mode of existing data', async (t) => {
  const { connection, db, drop } = await createTestDatabase()
  t.after(drop)
  await claimMode(db, 'demo')
  const url = `postgres://${connection.user}@localhost:${connection.port}/${connection.database}?host=${encodeURIComponent(connection.host)}`
  assert.equal(
    await resolveMode(readConfig({ DATABASE_URL: url, COINGECKO_BASE_URL: 'http://127.0.0.1:1' }), quietLog),
    'demo',
  )
})
