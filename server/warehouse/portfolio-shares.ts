import { sql } from 'kysely'
import { maxShares } from '../../contract/portfolio-lists.ts'
import { AppError } from '../errors.ts'
import type { Db } from './db.ts'

export type Share = { id: number; hides_amounts: boolean; created_at: string }

/** The links of a portfolio, oldest first. */
export const listShares = (db: Db, portfolioId: number): Promise<Share[]> =>
  db
    .selectFrom('portfolio_shares')
    .select(['id', 'hides_amounts', 'created_at'])
    .where('portfolio_id', '=', portfolioId)
    .orderBy('id')
    .execute()

/** Adds a link. Throws `conflict` when the portfolio has the maximum. */
export async function insertShare(
  db: Db,
  portfolioId: number,
  { tokenHash, hidesAmounts }: { tokenHash: Buffer; hidesAmounts: boolean },
): Promise<Share> {
  const { rows } = await sql<Share>`insert into portfolio_shares (portfolio_id, token_hash, hides_amounts)
    select p.id, ${tokenHash}, ${hidesAmounts} from portfolios p where p.id = ${portfolioId}
      and (select count(*) from portfolio_shares where portfolio_id = p.id) < ${maxShares}
    for key share of p returning id, hides_amounts, created_at`.execute(db)
  const [row] = rows
  if (row === undefined)
    throw new AppError('conflict', `A portfolio has up to ${maxShares} share links. Revoke one first.`)
  return row
}

/** Revokes a link. Throws `not_found`. */
export async function deleteShare(db: Db, portfolioId: number, id: number): Promise<void> {
  const { numDeletedRows } = await db
    .deleteFrom('portfolio_shares')
    .where('portfolio_id', '=', portfolioId)
    .where('id', '=', id)
    .executeTakeFirst()
  if (numDeletedRows === 0n) throw new AppError('not_found', `Share link ${id} not found.`)
}

/** The portfolio that a token shows, with its owner; null for an unknown or revoked token. */
export async function findShared(
  db: Db,
  tokenHash: Buffer,
): Promise<{ userId: number; portfolioId: number; hidesAmounts: boolean } | null> {
  const row = await db
    .selectFrom('portfolio_shares as s')
    .innerJoin('portfolios as p', 'p.id', 's.portfolio_id')
    .select(['p.user_id as userId', 'p.id as portfolioId', 's.hides_amounts as hidesAmounts'])
    .where('s.token_hash', '=', tokenHash)
    .executeTakeFirst()
  return row ?? null
}
