import pg from 'pg'
import type { Connection } from '../../server/warehouse/db.ts'
import { waitFor } from '../wait.ts'
import { asSuperuser, query } from './embedded-sandbox.ts'

type Server = Exclude<Connection, string>

/** The process ids of the other sessions of a database. `condition` is SQL over pg_stat_activity. */
const listBackends = async (server: Server, condition: string): Promise<number[]> =>
  (
    await query<{ pid: number }>(
      asSuperuser(server),
      `select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and ${condition}`,
    )
  ).map(({ pid }) => pid)

/** Terminates the other sessions of a database as an administrator does. Returns their number. */
export async function terminateBackends(server: Server, condition = 'true'): Promise<number> {
  const pids = await listBackends(server, condition)
  await query(asSuperuser(server), `select pg_terminate_backend(pid) from unnest('{${pids.join()}}'::int[]) pid`)
  return pids.length
}

/** Sends SIGTERM to the processes of all other sessions of a database. Returns their number. */
export async function signalBackends(server: Server): Promise<number> {
  const pids = await listBackends(server, 'true')
  for (const pid of pids) process.kill(pid, 'SIGTERM')
  return pids.length
}

/**
 * Starts `work` while a table is locked, kills every session of the database once one waits for the lock, and returns
 * the outcome of `work`. The mode `share row exclusive` still allows reads of the table.
 */
export async function killInFlight<T>(
  server: Server,
  { table, mode = 'access exclusive' }: { table: string; mode?: string },
  work: () => Promise<T>,
): Promise<PromiseSettledResult<T>> {
  const blocker = new pg.Client({ ...server, application_name: 'blocker' })
  await blocker.connect()
  try {
    await blocker.query(`begin; lock table ${table} in ${mode} mode`)
    const working = Promise.allSettled([work()])
    await waitFor(async () => (await listBackends(server, `wait_event_type = 'Lock'`)).length > 0, 'a waiting session')
    await terminateBackends(server, `application_name <> 'blocker'`)
    await blocker.query('rollback')
    return (await working)[0]
  } finally {
    await blocker.end()
  }
}
