import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import type pg from 'pg'
import { listPlacements } from '../server/warehouse/placement.ts'
import { splitStatements } from '../server/warehouse/statements.ts'

const folder = new URL('../migrations/', import.meta.url)

/** The names of the migrations, in their order. */
export const migrationNames: string[] = readdirSync(folder)
  .filter((name) => name.endsWith('.sql'))
  .sort()

/** Applies the migrations before `end` to an empty database, as an older version did. Distributes no table. */
export async function applyMigrations(pool: pg.Pool, { end }: { end: string }): Promise<void> {
  await pool.query(`create table schema_migrations (
    name text primary key, checksum text not null, applied_at timestamptz not null default now())`)
  for (const name of migrationNames.filter((each) => each < end)) {
    const text = readFileSync(new URL(name, folder), 'utf8')
    for (const statement of await splitStatements(text))
      if (listPlacements(statement).length === 0) await pool.query(statement)
    const checksum = createHash('sha256').update(text).digest('hex')
    await pool.query('insert into schema_migrations values ($1, $2)', [name, checksum])
  }
}
