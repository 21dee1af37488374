import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createLog } from '../server/log.ts'
import { openPool } from '../server/warehouse/db.ts'
import { startEmbeddedPostgres } from '../server/warehouse/embedded.ts'
import { migrate } from '../server/warehouse/migrate.ts'
import { createDataFolder } from './data-folder.ts'
import { readSchema, schemaFile } from './schema-text.ts'

/** Writes the row types and the schema snapshot from a migrated database. `--check` compares them. */
const isCheck = process.argv.includes('--check')
const log = createLog({ pretty: false, level: 'warn' })
const dataDir = createDataFolder()
const postgres = await startEmbeddedPostgres({ dataDir, log, settings: { fsync: 'off' } })
try {
  const { host, port, user, database } = postgres.connection
  const pool = openPool(postgres.connection, { log })
  await migrate(pool, log)
  const schema = await readSchema(pool)
  await pool.end()
  const url = `postgres://${user}@localhost:${port}/${database}?host=${encodeURIComponent(host)}`
  const codegen = createRequire(import.meta.url).resolve('kysely-codegen/dist/cli/bin.js')
  const verify = isCheck ? ['--verify'] : []
  const isDrifted = isCheck && readFileSync(schemaFile, 'utf8') !== schema
  if (isDrifted) process.stderr.write('docs/schema.txt differs from the migrations: npm run generate-types\n')
  if (!isCheck) writeFileSync(schemaFile, schema)
  const { status } = spawnSync(
    process.execPath,
    [
      codegen,
      '--config-file',
      '.kysely-codegenrc.json',
      '--exclude-pattern',
      '{schema_migrations,market.*}',
      '--url',
      url,
      ...verify,
    ],
    { stdio: 'inherit' },
  )
  process.exitCode = isDrifted ? 1 : (status ?? 1)
} finally {
  await postgres.stop()
  rmSync(dataDir, { recursive: true, force: true })
}
