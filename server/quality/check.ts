import type { Db } from '../warehouse/db.ts'

/** What a check found; `details` name the numbers and at most 20 samples at fault. */
type Verdict = { status: 'passed' | 'warning' | 'failed'; details: Record<string, unknown> }

/** One question to the warehouse about its own data. */
export type Check = { name: string; table: string; run: (db: Db) => Promise<Verdict> }
