import { sql } from 'kysely'
import type { Incident } from '../../contract/quality.ts'
import type { Db } from './db.ts'
import { locks } from './locks.ts'
import type { StoredVerdict } from './quality.ts'

const passesToClose = 2

/** The verdicts as a table `v`. */
const rowsOf = (verdicts: StoredVerdict[]) => sql`jsonb_to_recordset(${JSON.stringify(verdicts)}::jsonb) as v (
  check_name text, table_name text, severity text, status text, observed float8, details jsonb)`

/**
 * Brings the incidents up to a round of verdicts, in the caller's transaction: a failed or broken check opens one, or
 * updates the one it has; a warning only breaks a row of passes; the second pass in a row closes it. One round at a time
 * over all workers. `folds` names for a check the one whose open incident it belongs to. Returns what opened and closed.
 */
export async function updateIncidents(
  tx: Db,
  { at, verdicts, folds }: { at: string; verdicts: StoredVerdict[]; folds: Record<string, string> },
): Promise<{ opened: string[]; closed: string[] }> {
  await sql`select pg_advisory_xact_lock(${locks.incidents})`.execute(tx)
  await sql`delete from quality_incidents where closed_at < ${at}::timestamptz - interval '365 days'`.execute(tx)
  const failing = verdicts.filter(({ status }) => status === 'failed' || status === 'error')
  const opened = await sql<{ check_name: string; failures: number }>`
    insert into quality_incidents (check_name, table_name, severity, status, observed, details, opened_at, updated_at)
    select v.check_name, v.table_name, v.severity, v.status, v.observed, v.details, ${at}::timestamptz, ${at}::timestamptz
    from ${rowsOf(failing)}
    on conflict (check_name) where closed_at is null do update set status = excluded.status,
      observed = excluded.observed, details = excluded.details, updated_at = excluded.updated_at,
      failures = quality_incidents.failures + 1, passes = 0
    returning check_name, failures`.execute(tx)
  const better = verdicts.filter(({ status }) => status === 'passed' || status === 'warning')
  const closed = await sql<{ check_name: string; closed_at: string | null }>`
    update quality_incidents i set status = v.status, updated_at = ${at}::timestamptz,
      passes = case when v.status = 'passed' then i.passes + 1 else 0 end,
      closed_at = case when v.status = 'passed' and i.passes + 1 >= ${passesToClose}::int then ${at}::timestamptz end
    from ${rowsOf(better)}
    where i.check_name = v.check_name and i.closed_at is null
    returning i.check_name, i.closed_at`.execute(tx)
  await foldIncidents(tx, folds)
  return {
    opened: opened.rows.filter(({ failures }) => failures === 1).map((row) => row.check_name),
    closed: closed.rows.filter(({ closed_at }) => closed_at !== null).map((row) => row.check_name),
  }
}

/** Puts incidents under the open one that causes them, and lets them stand alone when it has closed. */
async function foldIncidents(tx: Db, folds: Record<string, string>): Promise<void> {
  await sql`update quality_incidents i set parent_id = p.id
    from unnest(${Object.keys(folds)}::text[], ${Object.values(folds)}::text[]) as f (check_name, cause)
      left join quality_incidents p on p.check_name = f.cause and p.closed_at is null
    where i.check_name = f.check_name and i.closed_at is null and i.parent_id is distinct from p.id`.execute(tx)
}

/** The open incidents, the worst and oldest first; those that belong to another one are named by it. */
export async function listOpenIncidents(db: Db): Promise<Incident[]> {
  const { rows } = await sql<Incident>`
    select i.id, i.check_name, i.table_name, i.severity, i.status, i.opened_at, i.updated_at, i.failures, i.passes,
      i.observed, i.details, array(select c.check_name from quality_incidents c
        where c.parent_id = i.id and c.closed_at is null order by c.check_name) as folded
    from quality_incidents i
    where i.closed_at is null and i.parent_id is null
    order by array_position(array['critical', 'major', 'minor'], i.severity), i.opened_at, i.id`.execute(db)
  return rows
}
