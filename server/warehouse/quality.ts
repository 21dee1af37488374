import type { Db } from './db.ts'

export type StoredVerdict = {
  check_name: string
  table_name: string
  status: 'passed' | 'warning' | 'failed' | 'error'
  details: Record<string, unknown>
}

/** Keeps the verdicts of one round of checks; returns how many. */
export async function insertVerdicts(db: Db, verdicts: StoredVerdict[]): Promise<number> {
  const values = verdicts.map(({ details, ...row }) => ({ ...row, details: JSON.stringify(details) }))
  if (values.length > 0) await db.insertInto('data_quality_checks').values(values).execute()
  return values.length
}
