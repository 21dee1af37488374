import { sql } from 'kysely'
import type { CostMethod } from '../../contract/portfolio-lists.ts'
import { maxPortfolios } from '../../contract/portfolio-lists.ts'
import type { NewPortfolio, Portfolio, PortfolioChange } from '../../contract/portfolios.ts'
import { AppError } from '../errors.ts'
import type { Db } from './db.ts'

export type PortfolioRef = { userId: number; portfolioId: number }

const createNotFound = (id: number): AppError => new AppError('not_found', `Portfolio ${id} not found.`)

const selectAll = (db: Db) =>
  db
    .selectFrom('portfolios as p')
    .select([
      'p.id',
      'p.name',
      sql<CostMethod>`p.cost_method`.as('cost_method'),
      sql<number>`(select count(*)::int from portfolio_transactions t where t.portfolio_id = p.id)`.as('transactions'),
      'p.created_at',
      'p.updated_at',
    ])
    .orderBy('p.id')

const selectPortfolios = (db: Db, userId: number) => selectAll(db).where('p.user_id', '=', userId)

/** The portfolios of an account, oldest first. */
export const listPortfolios = (db: Db, userId: number): Promise<Portfolio[]> => selectPortfolios(db, userId).execute()

/** A portfolio of the account. Throws `not_found` for that of another account too. */
export async function getPortfolio(db: Db, { userId, portfolioId }: PortfolioRef): Promise<Portfolio> {
  const found = await selectPortfolios(db, userId).where('p.id', '=', portfolioId).executeTakeFirst()
  if (found === undefined) throw createNotFound(portfolioId)
  return found
}

/** A new portfolio. Throws `conflict` when the account has the maximum. */
export async function insertPortfolio(db: Db, userId: number, { name, cost_method }: NewPortfolio): Promise<Portfolio> {
  const { rows } = await sql<{ id: number }>`insert into portfolios (user_id, name, cost_method)
    select u.id, ${name}, ${cost_method ?? 'fifo'} from users u
    where u.id = ${userId} and (select count(*) from portfolios where user_id = u.id) < ${maxPortfolios}
    for key share of u returning id`.execute(db)
  const [row] = rows
  if (row === undefined)
    throw new AppError('conflict', `You have the maximum of ${maxPortfolios} portfolios. Delete one first.`)
  return getPortfolio(db, { userId, portfolioId: row.id })
}

/** The oldest portfolio of the account; null without one. */
export async function findFirstPortfolio(db: Db, userId: number): Promise<Portfolio | null> {
  return (await selectPortfolios(db, userId).limit(1).executeTakeFirst()) ?? null
}

/** Changes name or method. Throws `not_found`. */
export async function updatePortfolio(db: Db, ref: PortfolioRef, change: PortfolioChange): Promise<Portfolio> {
  await db
    .updateTable('portfolios')
    .set({ ...change, updated_at: sql<string>`now()` })
    .where('id', '=', ref.portfolioId)
    .where('user_id', '=', ref.userId)
    .execute()
  return getPortfolio(db, ref)
}

/** Deletes a portfolio with its transactions and links. Throws `not_found`. */
export async function deletePortfolio(db: Db, { userId, portfolioId }: PortfolioRef): Promise<void> {
  const { numDeletedRows } = await db
    .deleteFrom('portfolios')
    .where('id', '=', portfolioId)
    .where('user_id', '=', userId)
    .executeTakeFirst()
  if (numDeletedRows === 0n) throw createNotFound(portfolioId)
}

/** The names of portfolios by id. */
export async function listPortfolioNames(db: Db, ids: readonly number[]): Promise<Map<number, string>> {
  const rows = await db
    .selectFrom('portfolios')
    .select(['id', 'name'])
    .where('id', '=', sql<number>`any(${[...ids]}::int[])`)
    .execute()
  return new Map(rows.map(({ id, name }) => [id, name]))
}

/** A portfolio of any account; null without one. */
export const findPortfolio = async (db: Db, id: number): Promise<Portfolio | null> =>
  (await selectAll(db).where('p.id', '=', id).executeTakeFirst()) ?? null
