import { sql } from 'kysely'
import type { CheckList, CheckListQuery, CheckResult, CheckStatus } from '../../contract/quality.ts'
import { toPage } from '../../contract/queries.ts'
import type { Db } from './db.ts'

const maxResults = 1000
const worstFirst: readonly CheckStatus[] = ['failed', 'error', 'warning', 'passed', 'no_data']

export type NewCheckResult = Omit<CheckResult, 'id' | 'executed_at'>

/** Stores the results of one round of checks at the instant `at`, and deletes those older than 30 days. */
export async function insertCheckResults(tx: Db, at: string, results: NewCheckResult[]): Promise<number> {
  await sql`delete from data_quality_checks where executed_at < ${at}::timestamptz - interval '30 days'`.execute(tx)
  const values = results.map((row) => ({ ...row, details: JSON.stringify(row.details), executed_at: at }))
  if (values.length > 0) await tx.insertInto('data_quality_checks').values(values).execute()
  return values.length
}

const columns = [
  'id',
  'check_name',
  'table_name',
  'dimension',
  'severity',
  'status',
  'rows_checked',
  'observed',
  'warning_above',
  'failed_above',
  'duration_ms',
  'details',
  'executed_at',
] as const

const filters = ['check_name', 'table_name', 'status', 'dimension', 'severity'] as const

/** One page of the check results, newest first. */
export async function listCheckResults(db: Db, { page, per_page, ...query }: CheckListQuery): Promise<CheckList> {
  let base = db.selectFrom('data_quality_checks')
  for (const name of filters) {
    const value = query[name]
    if (value !== undefined) base = base.where(name, '=', value)
  }
  const [counted, items] = await Promise.all([
    base.select(sql<number>`count(*)::int`.as('total')).executeTakeFirstOrThrow(),
    base
      .select(columns)
      .orderBy('executed_at', 'desc')
      .orderBy('id', 'desc')
      .limit(per_page)
      .offset((page - 1) * per_page)
      .execute(),
  ])
  return toPage(items as CheckResult[], counted.total, { page, per_page })
}

/** The results of a check since an instant, oldest first; of more than 1,000 the newest. */
export async function listCheckHistory(
  db: Db,
  { checkName, since }: { checkName: string; since: string },
): Promise<CheckResult[]> {
  const rows = await db
    .selectFrom('data_quality_checks')
    .select(columns)
    .where('check_name', '=', checkName)
    .where('executed_at', '>', since)
    .orderBy('executed_at', 'desc')
    .orderBy('id', 'desc')
    .limit(maxResults)
    .execute()
  return rows.reverse() as CheckResult[]
}

/** The newest result of a check at the instant `at`. */
export type LatestResult = { check_name: string; at: string; status: CheckStatus; executed_at: string }

/** The newest result of each check at each instant, where it has one up to `maxAge` old. */
export async function listLatestResults(
  db: Db,
  { checkNames, instants, maxAge }: { checkNames: readonly string[]; instants: string[]; maxAge: string },
): Promise<LatestResult[]> {
  const { rows } = await sql<LatestResult>`
    select n.check_name, i.at, v.status, v.executed_at
    from unnest(${[...checkNames]}::text[]) as n (check_name) cross join unnest(${instants}::timestamptz[]) as i (at)
      cross join lateral (select d.status, d.executed_at from data_quality_checks d
        where d.check_name = n.check_name and d.executed_at <= i.at and d.executed_at > i.at - ${maxAge}::interval
        order by d.executed_at desc, d.id desc limit 1) v
    order by i.at, n.check_name`.execute(db)
  return rows
}

type CheckHour = { check_name: string; hour: string; status: CheckStatus; verdicts: number }

/** The worst result of each check in each full hour since an instant, oldest first. */
export async function listCheckHours(db: Db, since: string): Promise<CheckHour[]> {
  const { rows } = await sql<CheckHour>`
    with graded as (
      select check_name, date_trunc('hour', executed_at, 'UTC') as hour,
        array_position(${[...worstFirst]}::text[], status) as grade
      from data_quality_checks where executed_at >= ${since}::timestamptz)
    select check_name, hour, (${[...worstFirst]}::text[])[min(grade)] as status, count(*)::int as verdicts
    from graded group by check_name, hour order by check_name, hour`.execute(db)
  return rows
}
