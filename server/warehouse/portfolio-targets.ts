import { sql } from 'kysely'
import type { Db } from './db.ts'

export type Target = { coin_id: number; weight_pct: number }

/** The targets of a portfolio, largest first. */
export const listTargets = async (db: Db, portfolioId: number): Promise<Target[]> =>
  db
    .selectFrom('portfolio_targets')
    .select(['coin_id', sql<number>`weight_pct::float8`.as('weight_pct')])
    .where('portfolio_id', '=', portfolioId)
    .orderBy('portfolio_targets.weight_pct', 'desc')
    .orderBy('coin_id')
    .execute()

/** Replaces the targets of a portfolio. */
export async function replaceTargets(db: Db, portfolioId: number, targets: readonly Target[]): Promise<void> {
  await db.transaction().execute(async (tx) => {
    // Two writers at once would both insert.
    await sql`select from portfolios where id = ${portfolioId} for update`.execute(tx)
    await tx.deleteFrom('portfolio_targets').where('portfolio_id', '=', portfolioId).execute()
    if (targets.length === 0) return
    await sql`insert into portfolio_targets (portfolio_id, coin_id, weight_pct)
      select ${portfolioId}, coin_id, weight_pct
      from unnest(${targets.map(({ coin_id }) => coin_id)}::int[], ${targets.map(({ weight_pct }) => weight_pct)}::numeric[])
        as t (coin_id, weight_pct)`.execute(tx)
  })
}
