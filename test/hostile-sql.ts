import type { Chooser } from './fuzz.ts'

const tables = [
  'users',
  'sessions',
  'api_keys',
  'audit_log',
  'fact_market_data',
  'dim_coin',
  'pipeline_runs',
  'pg_authid',
  'schema_migrations',
]

/** An expression with a side effect, or of data outside the schema market. */
const toScalar = ({ pick, below }: Chooser, table: string): string =>
  pick([
    `(select string_agg(t::text, ',') from public.${table} t)`,
    `query_to_xml('select * from ${table}', true, false, '')`,
    `table_to_xml('public.${table}', true, false, '')`,
    `database_to_xml(true, false, '')`,
    `pg_read_file('/etc/passwd')`,
    `pg_ls_dir('.')`,
    `lo_import('/etc/passwd')`,
    `lo_from_bytea(0, 'x')`,
    `lo_create(${below(1e6)})`,
    `pg_notify('jobs', 'x')`,
    `pg_advisory_lock(${7_162_533 + below(6)})`,
    `pg_try_advisory_lock_shared(${below(100)})`,
    `pg_sleep(${10 + below(1000)})`,
    `pg_terminate_backend(${below(99_999)})`,
    `pg_logical_emit_message(false, 'x', 'y')`,
    `nextval('users_id_seq')`,
    `setval('public.users_id_seq', 1)`,
    `set_config('statement_timeout', '0', false)`,
    `set_config('role', 'cryptoflow', false)`,
    `set_config('transaction_read_only', 'off', false)`,
    `place_table('users', 'local')`,
    `public.refuse_audit_change()`,
    `pg_export_snapshot()`,
    `pg_stat_reset()`,
    `pg_reload_conf()`,
    `current_setting('is_superuser')`,
    `dblink('', 'select 1')`,
  ])

const cross = Array.from({ length: 6 }, (_, at) => `generate_series(1, 100000) g${at}`).join(', ')

function toCore(chooser: Chooser, table: string): string {
  const { pick, below, chance } = chooser
  const view = pick(['coins', 'prices', 'daily', 'runs'])
  const scalar = toScalar(chooser, table)
  return pick([
    `insert into ${pick(['public.', 'market.', ''])}${table} default values`,
    `update public.${table} set id = 1`,
    `delete from ${pick(['market.coins', `public.${table}`])}`,
    `truncate public.${table}`,
    `drop ${pick(['table', 'view', 'schema'])} ${pick([`public.${table}`, 'market.coins', 'market'])} cascade`,
    `create ${pick(['table', 'temp table', 'unlogged table', 'temp view', 'materialized view'])} ${pick(['x', 'market.x', 'public.x'])} as select 1 as a`,
    `create temp sequence s${below(9)}`,
    `create function pg_temp.f() returns int language sql as 'select 1'`,
    `select 1 as a into ${pick(['temp ', ''])}y`,
    `with w as (delete from public.${table} returning *) select * from w`,
    `copy (select 1) to program 'touch /tmp/owned'`,
    `copy ${pick(['market.coins', `public.${table}`])} to '/tmp/owned'`,
    `copy public.${table} from program 'id'`,
    `do $$ begin execute 'delete from ${table}'; end $$`,
    `do $$ begin loop perform 1; end loop; end $$`,
    `set role ${pick(['cryptoflow', 'cryptoflow_admin', 'postgres'])}`,
    `set session authorization cryptoflow_admin`,
    `alter role reader superuser`,
    `grant all on all tables in schema public to reader`,
    `alter default privileges grant all on tables to reader`,
    `alter system set listen_addresses = '*'`,
    `create extension dblink`,
    `create event trigger t on ddl_command_start execute function x()`,
    `vacuum`,
    `reindex database`,
    `refresh materialized view public.mv_latest_market_data`,
    `lock table public.${table}`,
    `select * from market.${view} for update`,
    `security label on table market.coins is 'x'`,
    `comment on table public.${table} is 'x'`,
    `notify jobs`,
    `prepare transaction 'x'`,
    `load 'auto_explain'`,
    `select ${scalar}`,
    `select ${scalar} from market.${view}`,
    `select * from public.${table}`,
    `table public.${table}`,
    `select * from market.${view} union all select * from public.${table}`,
    `select * from (select * from public.${table}) t, lateral (select ${scalar}) s`,
    `explain analyze delete from public.${table}`,
    ...(chance(0.004)
      ? [
          `select count(*) from ${cross}`,
          `with recursive r as (select 1 union all select 1 from r) select count(*) from r`,
        ]
      : []),
  ])
}

/** A statement that tries to write, to read what is not in the schema market, or to disturb others. */
export function toHostileSql(chooser: Chooser): string {
  const { pick } = chooser
  const core = toCore(chooser, pick(tables))
  const around = pick<(text: string) => string>([
    (text) => text,
    (text) => `${text};`,
    (text) => `/* ' */ ${text} -- ;`,
    (text) => `select 1; ${text}`,
    (text) => `commit; begin read write; ${text}; commit`,
    (text) => `set transaction_read_only = off; set statement_timeout = 0; ${text}`,
    (text) => `rollback; reset role; ${text}`,
    (text) => `abort; set session characteristics as transaction read write; ${text}`,
    (text) => text.replace(/select/i, 'SeLeCt/**/').replaceAll(' ', '\n'),
  ])
  return around(core)
}
