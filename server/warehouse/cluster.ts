import { sql } from 'kysely'
import type { DatabaseNode } from '../../contract/pipeline.ts'
import type { Db } from './db.ts'

const hasCitus = async (db: Db): Promise<boolean> =>
  (await sql`select from pg_extension where extname = 'citus'`.execute(db)).rows.length > 0

/** The bytes of the shards of each distributed table on all nodes, partitions apart; empty on a single server. */
export async function listShardSizes(
  db: Db,
): Promise<{ table: string; heap_bytes: number; index_bytes: number; total_bytes: number }[]> {
  if (!(await hasCitus(db))) return []
  const { rows } = await sql<{ table: string; heap_bytes: number; index_bytes: number; total_bytes: number }>`
    select coalesce(pg_partition_root(logicalrelid), logicalrelid)::regclass::text as table,
      citus_relation_size(logicalrelid)::float8 as heap_bytes,
      (citus_total_relation_size(logicalrelid) - citus_table_size(logicalrelid))::float8 as index_bytes,
      citus_total_relation_size(logicalrelid)::float8 as total_bytes
    from pg_dist_partition`.execute(db)
  return rows
}

/**
 * The nodes of a Citus cluster with the number of their shards, coordinator first; empty on a single server. A node that
 * does not accept a connection within 2 s is not reachable.
 */
export const listNodes = (db: Db): Promise<DatabaseNode[]> =>
  db.transaction().execute(async (tx) => {
    if (!(await hasCitus(tx))) return []
    await sql`set local citus.node_connection_timeout = '2s'`.execute(tx)
    const { rows } = await sql<DatabaseNode>`
      select nodename || ':' || nodeport as name, case when groupid = 0 then 'coordinator' else 'worker' end as role,
        groupid = 0 or coalesce(citus_check_connection_to_node(nodename, nodeport), false) as is_reachable,
        (select count(*) from pg_dist_placement p where p.groupid = n.groupid)::int as shards
      from pg_dist_node n where noderole = 'primary' and isactive order by groupid`.execute(tx)
    return rows
  })
