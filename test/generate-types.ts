import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createLog } from '../server/log.ts'
import { openPool } from '../server/warehouse/db.ts'
import { startEmbeddedPostgres } from '../server/warehouse/embedded.ts'
import { migrate } from '../server/warehouse/migrate.ts'
import { createDataFolder } from './data-folder.ts'

const log = createLog({ pretty: false, level: 'warn' })
const dataDir = createDataFolder()
const postgres = await startEmbeddedPostgres({ dataDir, log, settings: { fsync: 'off' } })
try {
  const { host, port, user, database } = postgres.connection
  const pool = openPool(postgres.connection, { log })
  await migrate(pool, log)
  await pool.end()
  const url = `postgres://${user}@localhost:${port}/${database}?host=${encodeURIComponent(host)}`
  const codegen = createRequire(import.meta.url).resolve('kysely-codegen/dist/cli/bin.js')
  const verify = process.argv.includes('--check') ? ['--verify'] : []
  const { status } = spawnSync(
    process.execPath,
    [
      codegen,
      '--config-file',
      '.kysely-codegenrc.json',
      '--exclude-pattern',
      'schema_migrations',
      '--url',
      url,
      ...verify,
    ],
    { stdio: 'inherit' },
  )
  process.exitCode = status ?? 1
} finally {
  await postgres.stop()
  rmSync(dataDir, { recursive: true, force: true })
}
