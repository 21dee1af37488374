import { type RawBuilder, sql } from 'kysely'
import type { Condition } from '../../contract/alert-conditions.ts'
import type { AlertType } from '../../contract/alert-lists.ts'
import type { Repeat } from '../../contract/alerts.ts'
import type { Db } from './db.ts'

/** An alert with the state of its evaluation. Instants in ms since 1970. */
export type StoredAlert = {
  id: number
  user_id: number
  version: number
  coin_id: number | null
  condition: Condition
  repeat: Repeat
  note: string | null
  channel_ids: number[]
  is_active: boolean
  expires_at: number | null
  snoozed_until: number | null
  state: 'armed' | 'triggered'
  side: 'above' | 'below' | null
  baseline: number | null
  ready_at: number | null
  observed_at: number | null
}

/** An instant of a column in ms since 1970. */
const toMs = (column: string): RawBuilder<number | null> =>
  sql<number | null>`(extract(epoch from ${sql.raw(column)}) * 1000)::float8`

/** The columns of an alert, of the table `a`. */
export const columns = sql`a.id, a.user_id, a.version, a.coin_id, a.condition, a.repeat, a.note, a.channel_ids, a.is_active,
  a.state, a.side, a.baseline, ${toMs('a.expires_at')} as expires_at, ${toMs('a.snoozed_until')} as snoozed_until,
  ${toMs('a.ready_at')} as ready_at, ${toMs('a.observed_at')} as observed_at`

/** Longer than any transaction, so that one that commits late is not overlooked. */
const overlap = sql`interval '60 seconds'`

/**
 * The alerts of these types that changed since an earlier call, by its `now`; without one, those that may still trigger.
 * Deleted alerts are left out.
 */
export async function listChangedAlerts(
  db: Db,
  { types, since }: { types: readonly AlertType[]; since: string | null },
): Promise<{ alerts: StoredAlert[]; now: string }> {
  const started = await sql<{ now: string }>`select now() as now`.execute(db)
  const changed =
    since === null
      ? sql`a.is_active and (a.expires_at is null or a.expires_at > now())
          and not (a.state = 'triggered' and a.repeat ->> 'type' = 'once')`
      : sql`a.updated_at > ${since}::timestamptz - ${overlap}`
  const { rows } = await sql<StoredAlert>`select ${columns} from alert a
    where ${changed} and a.type = any(${[...types]}::text[]) order by a.id`.execute(db)
  return { alerts: rows, now: started.rows[0]?.now ?? new Date().toISOString() }
}

/** Alerts by id. Deleted ones are left out. */
export async function listAlertsById(db: Db, ids: readonly number[]): Promise<StoredAlert[]> {
  const { rows } = await sql<StoredAlert>`select ${columns} from alert a where a.id = any(${[...ids]}::int[])`.execute(
    db,
  )
  return rows
}

/** The change of an alert that still has this version. */
export type Advance = Pick<
  StoredAlert,
  'id' | 'version' | 'state' | 'side' | 'baseline' | 'ready_at' | 'observed_at'
> & {
  isTrigger: boolean
}

/** Ms since 1970 as RFC 3339. */
export const toInstantText = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString())

/** Changes alerts in the caller's transaction and returns them. Alerts that changed meanwhile are left as they are. */
export async function advanceAlerts(tx: Db, advances: readonly Advance[]): Promise<StoredAlert[]> {
  const given = advances.map(({ ready_at, observed_at, ...one }) => ({
    ...one,
    ready_at: toInstantText(ready_at),
    observed_at: toInstantText(observed_at),
  }))
  // Locks in one order, so that two processes never wait for each other.
  await sql`select id from alert where id = any(${advances.map(({ id }) => id)}::int[]) order by id for update`.execute(
    tx,
  )
  const { rows } = await sql<StoredAlert>`update alert a set state = s.state, side = s.side, baseline = s.baseline,
      ready_at = s.ready_at, observed_at = s.observed_at, version = a.version + 1, updated_at = now(),
      trigger_count = a.trigger_count + s."isTrigger"::int,
      triggered_at = case when s."isTrigger" then s.observed_at else a.triggered_at end
    from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as s (id int, version int, state text, side text,
      baseline float8, ready_at timestamptz, observed_at timestamptz, "isTrigger" boolean)
    where a.id = s.id and a.version = s.version returning ${columns}`.execute(tx)
  return rows
}

export type NewAlertEvent = {
  user_id: number
  alert_id: number
  key: string
  type: AlertType
  coin_id: number | null
  direction: 'above' | 'below' | null
  title: string
  text: string
  path: string
  value: number
  threshold: number | null
  /** RFC 3339. */
  at: string
}

/** Stores triggers in the caller's transaction. Returns the keys that are new. */
export async function insertAlertEvents(tx: Db, events: readonly NewAlertEvent[]): Promise<Set<string>> {
  if (events.length === 0) return new Set()
  const { rows } = await sql<{ key: string }>`
    insert into alert_event (user_id, alert_id, key, type, coin_id, direction, title, text, path, value, threshold, at)
    select user_id, alert_id, key, type, coin_id, direction, title, text, path, value, threshold, at
    from jsonb_to_recordset(${JSON.stringify(events)}::jsonb) as e (user_id int, alert_id int, key text, type text,
      coin_id int, direction text, title text, text text, path text, value float8, threshold float8, at timestamptz)
    on conflict (key) do nothing returning key`.execute(tx)
  return new Set(rows.map(({ key }) => key))
}

/** Removes triggers of more than 365 days ago. */
export const deleteOldAlertEvents = (db: Db): Promise<unknown> =>
  sql`delete from alert_event where created_at < now() - interval '365 days'`.execute(db)
