import { sql } from 'kysely'
import { maxTransactions, type TransactionType } from '../../contract/portfolio-lists.ts'
import { AppError } from '../errors.ts'
import type { Db } from './db.ts'

/** A transaction as it is stored. Amounts are exact decimals as text. */
export type StoredTransaction = {
  id: number
  type: TransactionType
  coin_id: number
  at: string
  quantity: string
  total_usd: string
  fee_coin_id: number | null
  fee_quantity: string | null
  fee_usd: string
  note: string | null
  source: string | null
  created_at: string
}

export type NewTransaction = Omit<StoredTransaction, 'id' | 'created_at'> & {
  /** Recognizes the line of an imported file. Null: entered. */
  fingerprint: Buffer | null
}

const columns = [
  'id',
  'type',
  'coin_id',
  'at',
  'quantity',
  'total_usd',
  'fee_coin_id',
  'fee_quantity',
  'fee_usd',
  'note',
  'source',
  'created_at',
] as const

const selectTransactions = (db: Db, portfolioId: number) =>
  db.selectFrom('portfolio_transactions').select(columns).where('portfolio_id', '=', portfolioId)

/** All transactions of a portfolio, oldest first. */
export const listTransactions = (db: Db, portfolioId: number): Promise<StoredTransaction[]> =>
  selectTransactions(db, portfolioId).orderBy('at').orderBy('id').execute() as Promise<StoredTransaction[]>

/** One page of the transactions, newest first, and how many there are. */
export async function pageTransactions(
  db: Db,
  portfolioId: number,
  { page, per_page }: { page: number; per_page: number },
): Promise<{ rows: StoredTransaction[]; total: number }> {
  const [rows, { total }] = await Promise.all([
    selectTransactions(db, portfolioId)
      .orderBy('at', 'desc')
      .orderBy('id', 'desc')
      .limit(per_page)
      .offset((page - 1) * per_page)
      .execute(),
    db
      .selectFrom('portfolio_transactions')
      .where('portfolio_id', '=', portfolioId)
      .select(sql<number>`count(*)::int`.as('total'))
      .executeTakeFirstOrThrow(),
  ])
  return { rows: rows as StoredTransaction[], total }
}

const createNotFound = (id: number): AppError => new AppError('not_found', `Transaction ${id} not found.`)

/** A transaction of the portfolio. Throws `not_found`. */
export async function getTransaction(db: Db, portfolioId: number, id: number): Promise<StoredTransaction> {
  const row = await selectTransactions(db, portfolioId).where('id', '=', id).executeTakeFirst()
  if (row === undefined) throw createNotFound(id)
  return row as StoredTransaction
}

/**
 * Adds transactions in the caller's transaction, in their order; those with a known fingerprint are left out. Returns the
 * ids of the added ones. Call `assertRoom` at the end.
 */
export async function insertTransactions(tx: Db, portfolioId: number, given: NewTransaction[]): Promise<number[]> {
  const of = <K extends keyof NewTransaction>(name: K) => given.map((one) => one[name])
  const { rows } = await sql<{ id: number }>`insert into portfolio_transactions
      (portfolio_id, type, coin_id, at, quantity, total_usd, fee_coin_id, fee_quantity, fee_usd, note, source, fingerprint)
    select ${portfolioId}, n.type, n.coin_id, n.at, n.quantity, n.total_usd, n.fee_coin_id, n.fee_quantity, n.fee_usd,
      n.note, n.source, n.fingerprint
    from unnest(${of('type')}::text[], ${of('coin_id')}::int[], ${of('at')}::timestamptz[], ${of('quantity')}::numeric[],
      ${of('total_usd')}::numeric[], ${of('fee_coin_id')}::int[], ${of('fee_quantity')}::numeric[], ${of('fee_usd')}::numeric[],
      ${of('note')}::text[], ${of('source')}::text[], ${of('fingerprint')}::bytea[]) with ordinality
      as n (type, coin_id, at, quantity, total_usd, fee_coin_id, fee_quantity, fee_usd, note, source, fingerprint, position)
    order by n.position
    on conflict (portfolio_id, fingerprint) do nothing returning id`.execute(tx)
  return rows.map(({ id }) => id)
}

/** Throws `conflict` when a portfolio has more than the maximum. */
export async function assertRoom(tx: Db, portfolioId: number): Promise<void> {
  const { rows } = await sql<{ total: number }>`select count(*)::int as total from portfolio_transactions
    where portfolio_id = ${portfolioId}`.execute(tx)
  if ((rows[0]?.total ?? 0) > maxTransactions)
    throw new AppError(
      'conflict',
      `A portfolio holds up to ${maxTransactions.toLocaleString('en-US')} transactions. Use another portfolio.`,
    )
}

/** Which of these fingerprints a portfolio has. */
export async function findFingerprints(db: Db, portfolioId: number, given: Buffer[]): Promise<Set<string>> {
  const { rows } = await sql<{ fingerprint: Buffer }>`select fingerprint from portfolio_transactions
    where portfolio_id = ${portfolioId} and fingerprint = any(${given}::bytea[])`.execute(db)
  return new Set(rows.map(({ fingerprint }) => fingerprint.toString('hex')))
}

/** Replaces what a transaction says; its source stays. Throws `not_found`. */
export async function updateTransaction(
  db: Db,
  portfolioId: number,
  id: number,
  change: Omit<NewTransaction, 'source' | 'fingerprint'>,
): Promise<void> {
  const { numUpdatedRows } = await db
    .updateTable('portfolio_transactions')
    .set(change)
    .where('portfolio_id', '=', portfolioId)
    .where('id', '=', id)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) throw createNotFound(id)
}

/** Deletes a transaction. Throws `not_found`. */
export async function deleteTransaction(db: Db, portfolioId: number, id: number): Promise<void> {
  const { numDeletedRows } = await db
    .deleteFrom('portfolio_transactions')
    .where('portfolio_id', '=', portfolioId)
    .where('id', '=', id)
    .executeTakeFirst()
  if (numDeletedRows === 0n) throw createNotFound(id)
}
