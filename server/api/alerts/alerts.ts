import { randomUUID } from 'node:crypto'
import type { GivenCondition } from '../../../contract/alert-conditions.ts'
import type { Alert, AlertChange, ClassicAlertChange, NewAlert } from '../../../contract/alerts.ts'
import { isLive, toAlertState } from '../../alerts/machine.ts'
import { describeCondition, toMessage } from '../../alerts/words.ts'
import { toInstant } from '../../clock.ts'
import { AppError } from '../../errors.ts'
import { notify } from '../../notifications/notify.ts'
import {
  type AlertRef,
  type AlertValues,
  findForeignChannels,
  getAlert,
  insertAlert,
  type ListedAlert,
  updateAlert,
} from '../../warehouse/alerts.ts'
import type { Db } from '../../warehouse/db.ts'
import { addLogos } from '../../warehouse/logos.ts'
import { findStart, toCondition } from './conditions.ts'

const maxAttempts = 5

const toSubject = ({ coin_name, portfolio_name, coingecko_id }: ListedAlert) => ({
  name: coin_name ?? portfolio_name ?? 'Deleted portfolio',
  coingeckoId: coingecko_id,
})

/** Alerts as the API returns them. */
export async function toAlerts(rows: readonly ListedAlert[], now = Date.now()): Promise<Alert[]> {
  const logos = await addLogos(
    rows.map(({ coingecko_id, image_hash }) => ({ coingecko_id: coingecko_id ?? '', image_hash })),
  )
  return rows.map((row, index) => {
    const { condition } = row
    const description = describeCondition(condition, toSubject(row))
    const state = toAlertState(row, now)
    const isPrice = condition.type === 'price'
    return {
      id: row.id,
      condition,
      description,
      repeat: row.repeat,
      note: row.note,
      channel_ids: row.channel_ids,
      is_active: row.is_active,
      state,
      expires_at: toInstant(row.expires_at),
      snoozed_until: toInstant(row.snoozed_until),
      coin_id: row.coin_id,
      coingecko_id: row.coingecko_id,
      symbol: row.symbol ?? '',
      name: row.coin_name ?? description,
      image_url: row.image_url,
      logo_url: row.coingecko_id === null ? null : (logos[index]?.logo_url ?? null),
      price_usd: row.price_usd,
      target_price: isPrice ? condition.price_usd : null,
      direction: isPrice
        ? condition.direction === 'crosses'
          ? row.side === 'above'
            ? 'below'
            : 'above'
          : condition.direction
        : null,
      triggered: state === 'triggered',
      trigger_count: row.trigger_count,
      created_at: row.created_at,
      updated_at: row.updated_at,
      triggered_at: row.triggered_at,
    }
  })
}

/** One alert of the account. Throws `not_found`. */
export async function readAlert(db: Db, ref: AlertRef): Promise<Alert> {
  const [alert] = await toAlerts([await getAlert(db, ref)])
  return alert as Alert
}

async function checkChannels(db: Db, userId: number, ids: readonly number[]): Promise<void> {
  const [foreign] = ids.length === 0 ? [] : await findForeignChannels(db, userId, ids)
  if (foreign !== undefined)
    throw new AppError('not_found', `Channel ${foreign} not found. See /notifications/channels.`)
}

const toMs = (instant: string | null): number | null => (instant === null ? null : Date.parse(instant))

function toExpiry(expires_at: string | null | undefined): number | null {
  const at = toMs(expires_at ?? null)
  if (at !== null && at <= Date.now()) throw new AppError('unprocessable', 'expires_at must be in the future.')
  return at
}

/** The condition of a new alert, from the fields of older clients too. */
function toGiven({ condition, coin_id, target_price, direction }: NewAlert): GivenCondition {
  const isClassic = coin_id !== undefined || target_price !== undefined || direction !== undefined
  if (condition !== undefined && isClassic)
    throw new AppError('unprocessable', 'Give condition, or coin_id, target_price and direction, not both.')
  if (condition !== undefined) return condition
  if (coin_id === undefined || target_price === undefined || direction === undefined)
    throw new AppError(
      'unprocessable',
      'Give a condition, such as {"type": "price", "coin_id": "bitcoin", "direction": "above", "price_usd": 70000}.',
    )
  return { type: 'price', coin_id, direction, price_usd: target_price }
}

/** Adds an alert. Throws `not_found` for an unknown coin and for another account's portfolio or channel. */
export async function createAlert(db: Db, userId: number, body: NewAlert): Promise<Alert> {
  const condition = await toCondition(db, userId, toGiven(body))
  const { repeat = { type: 'once' }, note = null, channel_ids = [], is_active = true } = body
  await checkChannels(db, userId, channel_ids)
  const alertId = await insertAlert(db, userId, {
    coin_id: 'coin_id' in condition ? condition.coin_id : null,
    condition,
    repeat,
    note: note?.trim() || null,
    channel_ids,
    is_active,
    expires_at: toExpiry(body.expires_at),
    snoozed_until: toMs(body.snoozed_until ?? null),
    ...(await findStart(db, condition)),
  })
  return readAlert(db, { userId, alertId })
}

/** Repeats a change that a trigger came ahead of. */
async function change(db: Db, ref: AlertRef, edit: (row: ListedAlert) => Promise<AlertValues>): Promise<Alert> {
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    const row = await getAlert(db, ref)
    if (await updateAlert(db, ref, row.version, await edit(row))) return readAlert(db, ref)
  }
  throw new AppError('conflict', 'The alert keeps changing. Try again.')
}

/** Changes an alert. A new condition or repetition arms it again, and so does turning on one that has ended. */
export const changeAlert = (db: Db, ref: AlertRef, body: AlertChange): Promise<Alert> =>
  change(db, ref, async (row) => {
    const condition = body.condition === undefined ? row.condition : await toCondition(db, ref.userId, body.condition)
    const repeat = body.repeat ?? row.repeat
    await checkChannels(db, ref.userId, body.channel_ids ?? [])
    const expires_at = body.expires_at === undefined ? row.expires_at : toExpiry(body.expires_at)
    const next = {
      coin_id: 'coin_id' in condition ? condition.coin_id : null,
      condition,
      repeat,
      note: body.note === undefined ? row.note : body.note?.trim() || null,
      channel_ids: body.channel_ids ?? row.channel_ids,
      is_active: body.is_active ?? row.is_active,
      expires_at,
      snoozed_until: body.snoozed_until === undefined ? row.snoozed_until : toMs(body.snoozed_until),
    }
    const isTurnedOn = body.is_active === true && !isLive(row, Date.now())
    const isNew = isTurnedOn || JSON.stringify([condition, repeat]) !== JSON.stringify([row.condition, row.repeat])
    const { state, side, baseline, ready_at, observed_at } = row
    return { ...next, ...(isNew ? await findStart(db, condition) : { state, side, baseline, ready_at, observed_at }) }
  })

/** Changes the price or direction of a price alert. Throws `bad_request` for one that has triggered, as older clients expect. */
export async function changeClassic(db: Db, ref: AlertRef, body: ClassicAlertChange): Promise<Alert> {
  const { condition, state, repeat } = await getAlert(db, ref)
  if (condition.type !== 'price') throw new AppError('unprocessable', 'Not a price alert. Use PATCH.')
  if (state === 'triggered' && repeat.type === 'once')
    throw new AppError('bad_request', 'Cannot edit a triggered alert')
  const { target_price = condition.price_usd, direction = condition.direction } = body
  return changeAlert(db, ref, { condition: { ...condition, price_usd: target_price, direction } })
}

/** Sends a test of an alert to the app and its channels. It is not in the history. */
export async function testAlert(db: Db, ref: AlertRef) {
  const row = await getAlert(db, ref)
  const at = new Date().toISOString()
  const { condition, note, channel_ids } = row
  const { path } = toMessage({ condition, note, value: 0, threshold: null, at: Date.now() }, toSubject(row))
  const description = describeCondition(condition, toSubject(row))
  const title = `Test: ${description}`
  const text = `This is a test. The alert has not triggered.${note === null ? '' : `\n${note}`}`
  const key = `alert-test:${row.id}:${randomUUID()}`
  await notify(db, { accountId: ref.userId, key, title, text, path, at, channelIds: channel_ids })
  const count = channel_ids.length
  const message = `Test sent to the app${count === 0 ? '' : ` and ${count} ${count === 1 ? 'channel' : 'channels'}`}.`
  return { title, text, message }
}
