import { readdirSync, readFileSync } from 'node:fs'
import type pg from 'pg'
import { Client } from '../server/warehouse/connect.ts'
import { findUnportable, migrations } from './portable-sql.ts'

const accepted = new Set<string>()

/** Migrations before the support of Citus. No cluster runs them on distributed tables. */
const older = readdirSync(migrations)
  .filter((name) => name <= '0018_history_depth.sql')
  .map((name) => readFileSync(migrations + name, 'utf8'))

/** Throws when a cluster would refuse a text of SQL. */
function check(text: string): void {
  if (accepted.has(text) || older.some((migration) => migration.includes(text))) return
  const found = findUnportable(text)
  if (found.length > 0) throw new Error(`A cluster would refuse ${found.join(', ')}:\n${text}`)
  accepted.add(text)
}

/** A client that refuses statements which a cluster of Citus would refuse. */
export class PortableClient extends Client {
  override query = ((...parameters: Parameters<pg.Client['query']>) => {
    const [query] = parameters as unknown[]
    const text = typeof query === 'string' ? query : (query as { text?: string } | null)?.text
    if (text !== undefined) check(text)
    return super.query(...parameters)
  }) as pg.Client['query']
}
