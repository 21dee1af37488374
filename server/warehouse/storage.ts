import { sql } from 'kysely'
import { listShardSizes } from './cluster.ts'
import type { Db } from './db.ts'

/** The size of a table on disk in bytes; `total_bytes` includes TOAST and maps. */
export type TableStorage = { table: string; rows: number; heap_bytes: number; index_bytes: number; total_bytes: number }

/** The size of every table with rows, partitions and shards summed, largest first. Counts rows, so it reads every table. */
export async function listStorage(db: Db): Promise<TableStorage[]> {
  const { rows: sizes } = await sql<Omit<TableStorage, 'rows'>>`
    select root::text as table, sum(pg_relation_size(relid))::float8 as heap_bytes,
      sum(pg_indexes_size(relid))::float8 as index_bytes, sum(pg_total_relation_size(relid))::float8 as total_bytes
    from (select coalesce(pg_partition_root(c.oid), c.oid)::regclass as root, c.oid as relid from pg_class c
      where relnamespace = 'public'::regnamespace and relkind = 'r') part
    group by root`.execute(db)
  for (const shard of await listShardSizes(db)) {
    const size = sizes.find(({ table }) => table === shard.table)
    if (size === undefined) continue
    size.heap_bytes += shard.heap_bytes
    size.index_bytes += shard.index_bytes
    size.total_bytes += shard.total_bytes
  }
  const counted = await Promise.all(
    sizes.map(async (size) => {
      const { rows } = await sql<{ rows: number }>`
        select count(*)::float8 as rows from ${sql.table(size.table)}`.execute(db)
      return { ...size, rows: rows[0]?.rows ?? 0 }
    }),
  )
  return counted.filter(({ rows }) => rows > 0).sort((a, b) => b.total_bytes - a.total_bytes)
}
