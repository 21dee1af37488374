import { sql } from 'kysely'
import type { Check } from './check.ts'

type Found = { facts: number; first: string | null; last: string | null }

/** Has a fact landed outside the monthly partitions? Partitions are made ahead, so none should. */
export const defaultPartition: Check = {
  name: 'default_partition',
  table: 'fact_market_data',
  run: async (db) => {
    const { rows } = await sql<Found>`
      select count(*)::int as facts, min(timestamp) as first, max(timestamp) as last
      from fact_market_data_default`.execute(db)
    const found = rows[0] ?? { facts: 0, first: null, last: null }
    return { status: found.facts > 0 ? 'warning' : 'passed', details: found }
  },
}
