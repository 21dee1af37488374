import type pg from 'pg'
import { type Connection, withClient } from '../connect.ts'

type Server = Exclude<Connection, string>

/** The superuser of the built-in server. CryptoFlow connects as an ordinary role that owns its database. */
export const superuser = 'cryptoflow_admin'

/** Temporary superuser for renaming the one of an earlier version, which has the name of the ordinary role. */
const temporarySuperuser = 'cryptoflow_upgrade'

/** Connects as `user` without time limits, because a slow disk may need long. */
const as = <T>(
  server: Server,
  user: string,
  work: (client: pg.Client) => Promise<T>,
  database = 'postgres',
): Promise<T> => withClient({ ...server, user, database }, work, {})

/**
 * Creates the role and the database of `server`: an ordinary role that owns the database. In a data folder of an earlier
 * version the role was the superuser. It is renamed, and its objects go to a new role.
 */
export async function ensureDatabase(server: Server): Promise<void> {
  if (await isOfEarlierVersion(server)) await handOver(server)
  await as(server, superuser, async (client) => {
    await client.query(`drop role if exists ${temporarySuperuser}`)
    const exists = async (from: string, name: string) =>
      (await client.query(`select from ${from} = $1`, [name])).rowCount === 1
    if (!(await exists('pg_roles where rolname', server.user))) await client.query(`create role ${server.user} login`)
    if (!(await exists('pg_database where datname', server.database)))
      await client.query(`create database ${server.database} owner ${server.user}`)
  })
}

/** Was this data folder created by an earlier version? */
const isOfEarlierVersion = (server: Server): Promise<boolean> =>
  as(server, superuser, async () => false).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === '28000') return true
    throw error
  })

/** One transaction, so the next start repeats an interrupted upgrade. */
async function handOver(server: Server): Promise<void> {
  await as(server, server.user, async (client) => {
    const exists = await client.query('select from pg_roles where rolname = $1', [temporarySuperuser])
    if (exists.rowCount === 0) await client.query(`create role ${temporarySuperuser} superuser login`)
    const database = await client.query('select from pg_database where datname = $1', [server.database])
    if (database.rowCount === 0) await client.query(`create database ${server.database}`)
  })
  const give = async (client: pg.Client) => {
    await client.query('begin')
    await client.query(`alter role ${server.user} rename to ${superuser}`)
    await client.query(`create role ${server.user} login`)
    await client.query(`alter database ${server.database} owner to ${server.user}`)
    const { rows } = await client.query<{ statement: string }>(listOwnerChanges, [superuser, server.user])
    for (const { statement } of rows) await client.query(statement)
    await client.query('commit')
  }
  await as(server, temporarySuperuser, give, server.database)
}

/**
 * Statements that transfer everything role $1 owns in user schemas to role $2. REASSIGN OWNED does not work for the
 * bootstrap superuser. Indexes and column sequences follow their tables. Members of extensions stay.
 */
const listOwnerChanges = `
  with of_user as (select oid, nspname, nspowner from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'),
  dependent as (select classid, objid, deptype from pg_depend where deptype in ('a', 'i', 'e')),
  owned as (
    select 1 as place, 'schema' as kind, quote_ident(nspname) as name from of_user where nspowner = $1::text::regrole
    union all
    select 2, case relkind when 'v' then 'view' when 'm' then 'materialized view' when 'S' then 'sequence' else 'table' end,
      format('%I.%I', nspname, relname)
    from pg_class c join of_user n on n.oid = relnamespace
    where relowner = $1::text::regrole and relkind in ('r', 'p', 'v', 'm', 'S') and not exists (select from dependent
      where classid = 'pg_class'::regclass and objid = c.oid and (relkind = 'S' or deptype = 'e'))
    union all
    select 3, 'routine', format('%I.%I(%s)', nspname, proname, pg_get_function_identity_arguments(p.oid))
    from pg_proc p join of_user n on n.oid = pronamespace
    where proowner = $1::text::regrole and not exists (select from dependent
      where classid = 'pg_proc'::regclass and objid = p.oid and deptype in ('i', 'e'))
    union all
    select 4, 'type', format('%I.%I', nspname, typname)
    from pg_type t join of_user n on n.oid = typnamespace left join pg_class c on c.oid = typrelid
    where typowner = $1::text::regrole and (typtype in ('e', 'd', 'r') or relkind = 'c') and not exists (select from dependent
      where classid = 'pg_type'::regclass and objid = t.oid and deptype = 'e')
  )
  select format('alter %s %s owner to %I', kind, name, $2::text) as statement from owned order by place, name`
