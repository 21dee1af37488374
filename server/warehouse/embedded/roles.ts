import type pg from 'pg'
import { type Connection, withClient } from '../connect.ts'

type Server = Exclude<Connection, string>

/** Who owns the built-in server; CryptoFlow itself connects as an ordinary role that owns its database alone. */
export const superuser = 'cryptoflow_admin'

/** Stands in while the superuser of an earlier version, who has the name of the ordinary role, is renamed. */
const substitute = 'cryptoflow_upgrade'

/** The server is our own, and a slow disk may take its time. */
const as = <T>(
  server: Server,
  user: string,
  work: (client: pg.Client) => Promise<T>,
  database = 'postgres',
): Promise<T> => withClient({ ...server, user, database }, work, {})

/**
 * Makes sure of the role and the database that `server` names, the one no superuser and the owner of the other. In a
 * data folder of an earlier version the role was the superuser: it is renamed, and its objects go to a new role.
 */
export async function ensureDatabase(server: Server): Promise<void> {
  if (await hasNoSuperuser(server)) await handOver(server)
  await as(server, superuser, async (client) => {
    await client.query(`drop role if exists ${substitute}`)
    const exists = async (from: string, name: string) =>
      (await client.query(`select from ${from} = $1`, [name])).rowCount === 1
    if (!(await exists('pg_roles where rolname', server.user))) await client.query(`create role ${server.user} login`)
    if (!(await exists('pg_database where datname', server.database)))
      await client.query(`create database ${server.database} owner ${server.user}`)
  })
}

/** Is this a server of an earlier version? */
const hasNoSuperuser = (server: Server): Promise<boolean> =>
  as(server, superuser, async () => false).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === '28000') return true
    throw error
  })

/** One transaction, so that an interrupted upgrade is begun again by the next start. */
async function handOver(server: Server): Promise<void> {
  await as(server, server.user, async (client) => {
    const exists = await client.query('select from pg_roles where rolname = $1', [substitute])
    if (exists.rowCount === 0) await client.query(`create role ${substitute} superuser login`)
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
  await as(server, substitute, give, server.database)
}

/**
 * Statements that give all that role $1 owns in user schemas to role $2. REASSIGN OWNED refuses the first superuser.
 * Indexes and sequences of columns follow their tables; members of extensions stay.
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
