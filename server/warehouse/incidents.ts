import { sql } from 'kysely'
import type { Incident } from '../../contract/quality.ts'
import type { Db } from './db.ts'
import { locks } from './locks.ts'
import type { NewCheckResult } from './quality.ts'

const minPassesToClose = 2

/** The results as a table `r`. */
const rowsOf = (results: NewCheckResult[]) => sql`jsonb_to_recordset(${JSON.stringify(results)}::jsonb) as r (
  check_name text, table_name text, severity text, status text, observed float8, details jsonb)`

/**
 * Updates the incidents by a round of check results, in the caller's transaction. `failed` or `error` opens an incident or
 * updates the open one; two consecutive passes resolve it; a warning resets the count. One round at a time over all
 * workers. `folds` maps a check to the check whose open incident its own belongs to. Returns the names of the checks whose
 * incidents opened and closed.
 */
export async function updateIncidents(
  tx: Db,
  { at, results, folds }: { at: string; results: NewCheckResult[]; folds: Record<string, string> },
): Promise<{ opened: string[]; closed: string[] }> {
  await sql`select pg_advisory_xact_lock(${locks.incidents})`.execute(tx)
  await sql`delete from quality_incidents where closed_at < ${at}::timestamptz - interval '365 days'`.execute(tx)
  const failing = results.filter(({ status }) => status === 'failed' || status === 'error')
  const opened = await sql<{ check_name: string; failures: number }>`
    insert into quality_incidents (check_name, table_name, severity, status, observed, details, opened_at, updated_at)
    select r.check_name, r.table_name, r.severity, r.status, r.observed, r.details, ${at}::timestamptz, ${at}::timestamptz
    from ${rowsOf(failing)}
    on conflict (check_name) where closed_at is null do update set status = excluded.status,
      observed = excluded.observed, details = excluded.details, updated_at = excluded.updated_at,
      failures = quality_incidents.failures + 1, passes = 0
    returning check_name, failures`.execute(tx)
  const recovering = results.filter(({ status }) => status === 'passed' || status === 'warning')
  const closed = await sql<{ check_name: string; closed_at: string | null }>`
    update quality_incidents i set status = r.status, updated_at = ${at}::timestamptz,
      passes = case when r.status = 'passed' then i.passes + 1 else 0 end,
      closed_at = case when r.status = 'passed' and i.passes + 1 >= ${minPassesToClose}::int then ${at}::timestamptz end
    from ${rowsOf(recovering)}
    where i.check_name = r.check_name and i.closed_at is null
    returning i.check_name, i.closed_at`.execute(tx)
  await foldIncidents(tx, folds)
  return {
    opened: opened.rows.filter(({ failures }) => failures === 1).map((row) => row.check_name),
    closed: closed.rows.filter(({ closed_at }) => closed_at !== null).map((row) => row.check_name),
  }
}

/** Links incidents to the open one that causes them, and unlinks them when it has closed. */
async function foldIncidents(tx: Db, folds: Record<string, string>): Promise<void> {
  await sql`update quality_incidents i set parent_id = p.id
    from unnest(${Object.keys(folds)}::text[], ${Object.values(folds)}::text[]) as f (check_name, cause)
      left join quality_incidents p on p.check_name = f.cause and p.closed_at is null
    where i.check_name = f.check_name and i.closed_at is null and i.parent_id is distinct from p.id`.execute(tx)
}

/** The open incidents, most severe and oldest first; those linked to another are listed in its `folded`. */
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
