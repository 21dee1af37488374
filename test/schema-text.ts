import type pg from 'pg'

/** The reviewed snapshot. */
export const schemaFile = new URL('../docs/schema.txt', import.meta.url)

/** Excludes partitions, whose names depend on the day, and the tables of extensions. */
const statement = `
  with tables as (
    select c.oid, c.relname, c.relkind from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm') and not c.relispartition
      and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
  )
  select relname as name, 0 as part, '' as key,
    case relkind when 'v' then 'view' when 'm' then 'materialized view' else 'table' end || ' ' || relname
      || case relkind when 'p' then ' partition by ' || pg_get_partkeydef(oid) else '' end as line
  from tables
  union all
  select relname, 1, lpad(attnum::text, 4, '0'),
    '  ' || attname || ' ' || format_type(atttypid, atttypmod)
      || case when attnotnull then ' not null' else '' end
      || case attidentity when '' then '' else ' identity' end
      || case attgenerated when '' then coalesce(' default ' || pg_get_expr(adbin, adrelid), '')
           else ' generated as ' || pg_get_expr(adbin, adrelid) end
      || coalesce(' -- ' || col_description(tables.oid, attnum), '')
  from tables join pg_attribute a on attrelid = tables.oid and attnum > 0 and not attisdropped
  left join pg_attrdef on adrelid = attrelid and adnum = attnum
  union all
  select relname, 2, conname, '  constraint ' || conname || ' ' || pg_get_constraintdef(c.oid)
  from tables join pg_constraint c on conrelid = tables.oid where contype <> 'n'
  union all
  select relname, 3, i.indexrelid::regclass::text, '  ' || pg_get_indexdef(i.indexrelid)
  from tables join pg_index i on indrelid = tables.oid
  where not exists (select from pg_constraint where conindid = i.indexrelid)
  union all
  select relname, 4, rulename, '  ' || pg_get_ruledef(r.oid)
  from tables join pg_rewrite r on ev_class = tables.oid where relkind <> 'm'
  union all
  select relname, 4, '', '  ' || pg_get_viewdef(oid) from tables where relkind = 'm'
  union all
  select relname, 5, tgname, '  ' || pg_get_triggerdef(t.oid)
  from tables join pg_trigger t on tgrelid = tables.oid where not tgisinternal
  union all
  select t.typname, 0, '', 'type ' || t.typname || ' as enum (' ||
    (select string_agg(quote_literal(enumlabel), ', ' order by enumsortorder) from pg_enum where enumtypid = t.oid) || ')'
  from pg_type t where typnamespace = 'public'::regnamespace and typtype = 'e'
  union all
  select proname, 0, '', pg_get_functiondef(oid) from pg_proc
  where pronamespace = 'public'::regnamespace and prokind = 'f'
  order by name, part, key`

/** The schema of a migrated warehouse as text, one line per column, constraint and index, in a fixed order. */
export async function readSchema(pool: pg.Pool): Promise<string> {
  const { rows } = await pool.query<{ line: string }>(statement)
  return `${rows.map(({ line }) => line.trimEnd()).join('\n')}\n`
}
