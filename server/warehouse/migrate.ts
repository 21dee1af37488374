import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import type pg from 'pg'
import { AppError, toMessage } from '../errors.ts'
import type { Log } from '../log.ts'
import { locks } from './locks.ts'
import { listPlacements, placeTables } from './placement.ts'
import { splitStatements } from './statements.ts'

const folder = new URL('../../migrations/', import.meta.url)

type Migration = { name: string; text: string; checksum: string }

async function listMigrations(): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort()
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(new URL(name, folder), 'utf8')
      return { name, text, checksum: createHash('sha256').update(text).digest('hex') }
    }),
  )
}

/**
 * Applies each new file of `migrations/` once, in order, in its own transaction, and then distributes new tables where
 * the server has Citus. Returns the names of the applied files.
 * Processes that start together wait for each other.
 * Throws `unavailable` when the applied migrations do not match these files.
 */
export async function migrate(pool: pg.Pool, log: Log): Promise<string[]> {
  const migrations = await listMigrations()
  const client = await pool.connect()
  try {
    await client.query('set statement_timeout = 0')
    await client.query('select pg_advisory_lock($1)', [locks.migrations])
    const pending = await listPending(client, migrations)
    for (const migration of pending) {
      log.info({ migration: migration.name }, 'migrating')
      await apply(client, migration)
    }
    const placed = await placeTables(client, listPlacements(migrations.map(({ text }) => text).join('\n')))
    if (placed.length > 0) log.info({ tables: placed.length }, 'distributed the tables over the Citus nodes')
    return pending.map(({ name }) => name)
  } finally {
    client.release(true)
  }
}

async function listPending(client: pg.PoolClient, migrations: Migration[]): Promise<Migration[]> {
  await client.query(`create table if not exists schema_migrations (
    name text primary key, checksum text not null, applied_at timestamptz not null default now())`)
  const { rows } = await client.query<{ name: string; checksum: string }>(
    'select name, checksum from schema_migrations',
  )
  const known = new Map(migrations.map(({ name, checksum }) => [name, checksum]))
  for (const { name, checksum } of rows) {
    if (!known.has(name))
      throw new AppError(
        'unavailable',
        `The database has the migration ${name}, which this version lacks. Update CryptoFlow.`,
      )
    if (known.get(name) !== checksum)
      throw new AppError('unavailable', `The migration ${name} was changed after it was applied. Restore the file.`)
  }
  const applied = new Set(rows.map(({ name }) => name))
  return migrations.filter(({ name }) => !applied.has(name))
}

async function apply(client: pg.PoolClient, { name, text, checksum }: Migration): Promise<void> {
  try {
    await client.query('begin')
    await client.query(`set local lock_timeout = '10s'; set local statement_timeout = 0`)
    for (const statement of await splitStatements(text))
      if (listPlacements(statement).length === 0) await client.query(statement)
    await client.query('insert into schema_migrations (name, checksum) values ($1, $2)', [name, checksum])
    await client.query('commit')
  } catch (error) {
    await client.query('rollback').catch(() => undefined)
    throw new AppError('unavailable', `The migration ${name} failed and was rolled back: ${toMessage(error)}`, {
      cause: error,
    })
  }
}
