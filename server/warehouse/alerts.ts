import { sql } from 'kysely'
import { type AlertType, maxAlerts, priceAlertTypes } from '../../contract/alert-lists.ts'
import type { AlertCheck, AlertEvent } from '../../contract/alerts.ts'
import { AppError } from '../errors.ts'
import { columns, type StoredAlert, toInstantText } from './alert-rows.ts'
import type { Db } from './db.ts'

export type AlertRef = { userId: number; alertId: number }

/** An alert with what lists show of it. */
export type ListedAlert = StoredAlert & {
  coingecko_id: string | null
  symbol: string | null
  coin_name: string | null
  image_url: string | null
  image_hash: string | null
  portfolio_name: string | null
  price_usd: number | null
  trigger_count: number
  triggered_at: string | null
  created_at: string
  updated_at: string
}

/** What an account sets of an alert, and the state in which it starts. Instants in ms since 1970. */
export type AlertValues = Pick<
  StoredAlert,
  | 'coin_id'
  | 'condition'
  | 'repeat'
  | 'note'
  | 'channel_ids'
  | 'is_active'
  | 'expires_at'
  | 'snoozed_until'
  | 'state'
  | 'side'
  | 'baseline'
  | 'ready_at'
  | 'observed_at'
>

const createAlertNotFound = (id: number): AppError => new AppError('not_found', `Alert ${id} not found.`)

type ListFilter = { userId: number; alertId?: number; isTriggered?: boolean; limit?: number; offset?: number }

/** The alerts of an account, newest first. `isTriggered`: only those that triggered once and ended, the last one first. */
export async function listAlerts(
  db: Db,
  { userId, alertId, isTriggered = false, limit = maxAlerts, offset = 0 }: ListFilter,
): Promise<ListedAlert[]> {
  const { rows } = await sql<ListedAlert>`select ${columns}, c.coingecko_id, c.symbol, c.name as coin_name, c.image_url,
      i.hash as image_hash, p.name as portfolio_name, l.price_usd, a.trigger_count, a.triggered_at, a.created_at, a.updated_at
    from alert a left join dim_coin c on c.id = a.coin_id left join coin_image i on i.coin_id = a.coin_id
      left join mv_latest_market_data l on l.coin_id = a.coin_id
      left join portfolios p on p.id = (a.condition ->> 'portfolio_id')::int and p.user_id = a.user_id
    where a.user_id = ${userId} and (${alertId ?? null}::int is null or a.id = ${alertId ?? null}::int)
      and (not ${isTriggered}::boolean or a.triggered_at is not null)
    order by case when ${isTriggered}::boolean then a.triggered_at end desc, a.id desc
    limit ${limit} offset ${offset}`.execute(db)
  return rows
}

/** An alert of the account. Throws `not_found` for that of another account too. */
export async function getAlert(db: Db, { userId, alertId }: AlertRef): Promise<ListedAlert> {
  const [found] = await listAlerts(db, { userId, alertId })
  if (found === undefined) throw createAlertNotFound(alertId)
  return found
}

/** The number of alerts of an account that have triggered. */
export async function countTriggeredAlerts(db: Db, userId: number): Promise<number> {
  const { rows } = await sql<{ total: number }>`select count(*)::int as total from alert
    where user_id = ${userId} and triggered_at is not null`.execute(db)
  return rows[0]?.total ?? 0
}

const toRow = ({ condition, repeat, channel_ids, ...values }: AlertValues) => ({
  ...values,
  type: condition.type satisfies AlertType,
  condition: JSON.stringify(condition),
  repeat: JSON.stringify(repeat),
  channel_ids: sql<number[]>`${channel_ids}::int[]`,
  expires_at: toInstantText(values.expires_at),
  snoozed_until: toInstantText(values.snoozed_until),
  ready_at: toInstantText(values.ready_at),
  observed_at: toInstantText(values.observed_at),
})

/** Adds an alert and returns its id. Throws `conflict` when the account has the maximum. */
export const insertAlert = (db: Db, userId: number, values: AlertValues): Promise<number> =>
  db.transaction().execute(async (tx) => {
    await sql`select id from users where id = ${userId} for update`.execute(tx)
    const { rows } = await sql<{ held: number }>`select count(*)::int as held from alert
      where user_id = ${userId}`.execute(tx)
    if ((rows[0]?.held ?? 0) >= maxAlerts)
      throw new AppError(
        'conflict',
        `You have the maximum of ${maxAlerts.toLocaleString('en-US')} alerts. Delete some first.`,
      )
    const { id } = await tx
      .insertInto('alert')
      .values({ user_id: userId, ...toRow(values) })
      .returning('id')
      .executeTakeFirstOrThrow()
    return id
  })

/** Changes an alert that still has this version. Returns whether it did. */
export async function updateAlert(db: Db, ref: AlertRef, version: number, values: AlertValues): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('alert')
    .set({ ...toRow(values), version: version + 1, updated_at: sql<string>`now()` })
    .where('id', '=', ref.alertId)
    .where('user_id', '=', ref.userId)
    .where('version', '=', version)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Deletes an alert. Its triggers stay in the history. Throws `not_found`. */
export async function deleteAlert(db: Db, { userId, alertId }: AlertRef): Promise<void> {
  const { numDeletedRows } = await db
    .deleteFrom('alert')
    .where('id', '=', alertId)
    .where('user_id', '=', userId)
    .executeTakeFirst()
  if (numDeletedRows === 0n) throw createAlertNotFound(alertId)
}

/** One page of the triggers of an account, newest first, and how many there are. */
export async function pageAlertEvents(
  db: Db,
  userId: number,
  { page, per_page, alert_id }: { page: number; per_page: number; alert_id?: number },
): Promise<{ items: AlertEvent[]; total: number }> {
  const base = db
    .selectFrom('alert_event')
    .where('user_id', '=', userId)
    .$if(alert_id !== undefined, (query) => query.where('alert_id', '=', alert_id ?? 0))
  const [items, { total }] = await Promise.all([
    base
      .select(['id', 'alert_id', 'key', 'title', 'text', 'path', 'value', 'threshold', 'at'])
      .orderBy('id', 'desc')
      .limit(per_page)
      .offset((page - 1) * per_page)
      .execute(),
    base.select(sql<number>`count(*)::int`.as('total')).executeTakeFirstOrThrow(),
  ])
  return { items, total }
}

/** The triggers of price alerts that an older client has not fetched yet, of the last day. Each is returned once. */
export async function takeUnchecked(db: Db, userId: number): Promise<AlertCheck['triggered']> {
  const { rows } = await sql<{ id: number }>`update alert_event set checked_at = now()
    where user_id = ${userId} and checked_at is null and created_at > now() - interval '1 day'
      and type = 'price' and direction is not null and threshold is not null returning id`.execute(db)
  if (rows.length === 0) return []
  const taken = await sql<
    AlertCheck['triggered'][number]
  >`select e.alert_id, e.coin_id, c.coingecko_id, c.symbol, c.name,
      e.direction, e.threshold as target_price, e.value as current_price
    from alert_event e join dim_coin c on c.id = e.coin_id
    where e.id = any(${rows.map(({ id }) => id)}::int[]) order by e.id`.execute(db)
  return taken.rows
}

/** The number of price alerts of an account that may still trigger. */
export async function countWatchedPrices(db: Db, userId: number): Promise<number> {
  const { rows } = await sql<{ total: number }>`select count(*)::int as total from alert where user_id = ${userId}
    and is_active and type = any(${[...priceAlertTypes]}::text[])
    and (expires_at is null or expires_at > now()) and not (state = 'triggered' and repeat ->> 'type' = 'once')`.execute(
    db,
  )
  return rows[0]?.total ?? 0
}

/** Which of these channels are not the account's. */
export async function findForeignChannels(db: Db, userId: number, ids: readonly number[]): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`select given.id from unnest(${[...ids]}::int[]) as given (id)
    left join notification_channel c on c.id = given.id and c.user_id = ${userId} where c.id is null`.execute(db)
  return rows.map(({ id }) => id)
}
