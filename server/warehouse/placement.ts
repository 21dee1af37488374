import type pg from 'pg'

/** Where a table is on a Citus cluster: `reference`, `local` (the coordinator), or its distribution column. */
type Placement = { table: string; placement: string }

const call = /^select place_table\('(\w+)', '(\w+)'\)/gm

/** The placements that migrations declare. */
export const listPlacements = (sql: string): Placement[] =>
  [...sql.matchAll(call)].map(([, table = '', placement = '']) => ({ table, placement }))

const unplaced = `select name from unnest($1::text[]) as name
  where to_regclass(name) is not null and to_regclass(name) not in (select logicalrelid from pg_dist_partition where partmethod <> 'n' or repmodel = 't')`

/**
 * Distributes the tables of the warehouse as the migrations declare, on a server with Citus; returns those that it
 * distributed, with their rows and partitions. Reference tables come first, because the others refer to them: the setting
 * keeps Citus from converting those, which fails for partitions.
 */
export async function placeTables(client: pg.ClientBase, placements: Placement[]): Promise<string[]> {
  const citus = await client.query(`select from pg_extension where extname = 'citus'`)
  if (citus.rowCount === 0) return []
  const wanted = placements.filter(({ placement }) => placement !== 'local')
  const { rows } = await client.query<{ name: string }>(unplaced, [wanted.map(({ table }) => table)])
  const missing = new Map(
    wanted.filter(({ table }) => rows.some(({ name }) => name === table)).map((one) => [one.table, one]),
  )
  if (missing.size === 0) return []
  await client.query('set citus.enable_local_reference_table_foreign_keys = off')
  const isReference = ({ placement }: Placement) => placement === 'reference'
  const ordered = [...missing.values()].sort((a, b) => Number(isReference(b)) - Number(isReference(a)))
  for (const { table, placement } of ordered)
    await client.query('select place_table($1::regclass, $2)', [table, placement])
  for (const { table } of ordered.reverse())
    await client.query('select truncate_local_data_after_distributing_table($1::regclass)', [table])
  return ordered.map(({ table }) => table)
}
