import { escapeIdentifier, escapeLiteral } from 'pg'
import { type Connection, withClient } from './connect.ts'
import { superuser } from './embedded/roles.ts'

type Server = Exclude<Connection, string>

/** The role of SQL tools. It sees the schema market and writes nothing. */
export const reader = 'reader'

export const sqlTimeoutMs = 5000
const idleInTransactionMs = 30_000
const watchMs = 250
/** Sessions are ended a little before the limit, because their queries are looked at four times per second. */
const endAfterMs = sqlTimeoutMs - 2 * watchMs

/** Functions of PostgreSQL that everyone may call and that change something, or hold up others. */
const sideEffects =
  '^(pg_(try_)?advisory_.*|lo_.*|lo(read|write)|pg_notify|pg_export_snapshot|pg_logical_emit_message|' +
  'pg_(cancel|terminate)_backend|txid_current|pg_current_xact_id|pg_sleep.*|pg_stat_clear_snapshot|setseed)$'

const roleSettings: Record<string, string> = {
  search_path: 'market',
  default_transaction_read_only: 'on',
  statement_timeout: `${sqlTimeoutMs}ms`,
  lock_timeout: '1s',
  idle_in_transaction_session_timeout: `${idleInTransactionMs}ms`,
  client_connection_check_interval: '1s',
  work_mem: '16MB',
  max_parallel_workers_per_gather: '0',
  jit: 'off',
}

/** The nodes of Citus read the tables of a view in the name of the role: there it may read them, and no other tables. */
const grantViewedTables = `do $$ declare viewed text; begin
  if exists (select from pg_extension where extname = 'citus') then
    set local citus.multi_shard_modify_mode = 'sequential';
    grant usage on schema public to ${reader};
    for viewed in select distinct d.refobjid::regclass::text from pg_rewrite r
      join pg_class v on v.oid = r.ev_class and v.relnamespace = 'market'::regnamespace
      join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid and d.refclassid = 'pg_class'::regclass
      join pg_class t on t.oid = d.refobjid and t.relkind in ('r', 'p') loop
      execute format('grant select on %s to ${reader}', viewed);
    end loop;
  end if; end $$`

/**
 * The statements that limit the role, for a superuser in the database of the warehouse. `owner`: the role of CryptoFlow,
 * which keeps its rights. Repeating them changes nothing.
 */
export function listReaderGrants({ owner, database }: { owner: string; database: string }): string[] {
  const [us, base] = [escapeIdentifier(owner), escapeIdentifier(database)]
  const settings = Object.entries(roleSettings).map(
    ([name, value]) => `alter role ${reader} set ${name} = ${escapeLiteral(value)}`,
  )
  return [
    `alter role ${reader} login nosuperuser nocreatedb nocreaterole noreplication nobypassrls connection limit 10`,
    ...settings,
    `alter role ${reader} set temp_file_limit = '512MB'`,
    `revoke all on database ${base} from public`,
    `grant all on database ${base} to ${us}`,
    `grant connect on database ${base} to ${reader}`,
    'revoke all on schema public from public',
    `grant all on schema public to ${us}`,
    'revoke usage on language plpgsql from public',
    `grant usage on language plpgsql to ${us}`,
    `do $$ declare f regprocedure; begin
  for f in select oid from pg_proc where pronamespace = 'pg_catalog'::regnamespace and proname ~ '${sideEffects}'
    and has_function_privilege('${reader}', oid, 'execute') loop
    execute format('grant execute on function %s to %I', f, ${escapeLiteral(owner)});
    execute format('revoke execute on function %s from public', f);
  end loop; end $$`,
    `grant usage on schema market to ${reader}`,
    `grant select on all tables in schema market to ${reader}`,
    `alter default privileges for role ${us} in schema market grant select on tables to ${reader}`,
    grantViewedTables,
  ]
}

const asSuperuser = (server: Server): Server => ({ ...server, user: superuser })

/** Creates or corrects the role on the built-in server. Without a password it can't connect over TCP. */
export const ensureReader = (server: Server, { password }: { password: string | null }): Promise<void> =>
  withClient(
    asSuperuser(server),
    async (client) => {
      const { rowCount } = await client.query('select from pg_roles where rolname = $1', [reader])
      if (rowCount === 0) await client.query(`create role ${reader}`)
      const secret = password === null ? 'null' : escapeLiteral(password)
      await client.query(`alter role ${reader} password ${secret}`)
      for (const statement of listReaderGrants({ owner: server.user, database: server.database }))
        await client.query(statement)
    },
    {},
  )

const endSessions = `select pg_terminate_backend(pid) from pg_stat_activity where usename = $1 and
  ((state = 'active' and query_start < now() - make_interval(secs => $2))
    or (state like 'idle in transaction%' and state_change < now() - make_interval(secs => $3)))`

/**
 * Ends sessions of the role that exceed its limits, because a session can change its own settings. Returns what stops the
 * watch.
 */
export function watchReader(server: Server, limits = { activeMs: endAfterMs, idleMs: idleInTransactionMs }) {
  let stopped = false
  let timer: NodeJS.Timeout | undefined
  const parameters = [reader, limits.activeMs / 1000, limits.idleMs / 1000]
  const watch = (): Promise<void> =>
    withClient(
      asSuperuser(server),
      async (client) => {
        while (!stopped) {
          await client.query(endSessions, parameters)
          await new Promise((resolve) => {
            timer = setTimeout(resolve, watchMs).unref()
          })
        }
      },
      {},
    ).catch(() => undefined)
  const run = async () => {
    while (!stopped) {
      await watch()
      await new Promise((resolve) => {
        timer = setTimeout(resolve, watchMs).unref()
      })
    }
  }
  void run()
  return () => {
    stopped = true
    clearTimeout(timer)
  }
}
