import type pg from 'pg'
import type { AlertType } from '../../contract/alert-lists.ts'
import { notify } from '../notifications/notify.ts'
import {
  type Advance,
  advanceAlerts,
  insertAlertEvents,
  type NewAlertEvent,
  type StoredAlert,
} from '../warehouse/alert-rows.ts'
import { type Db, inTransaction } from '../warehouse/db.ts'
import { listCoinLabels } from '../warehouse/portfolio-prices.ts'
import { listPortfolioNames } from '../warehouse/portfolios.ts'
import { toThreshold } from './levels.ts'
import type { Step } from './machine.ts'
import type { Measured } from './measures.ts'
import { type Subject, toMessage } from './words.ts'

/** A step of an alert that is to be stored. */
export type Due = {
  alert: StoredAlert
  step: Step
  reading: Measured
}

/** The names of what alerts are about, by alert. */
async function findSubjects(db: Db, alerts: readonly StoredAlert[]): Promise<Map<number, Subject>> {
  const coins = [...new Set(alerts.flatMap(({ coin_id }) => coin_id ?? []))]
  const portfolios = alerts.flatMap(({ condition }) => (condition.type === 'portfolio' ? [condition.portfolio_id] : []))
  const labels = coins.length === 0 ? new Map() : await listCoinLabels(db, coins)
  const names = portfolios.length === 0 ? new Map() : await listPortfolioNames(db, portfolios)
  return new Map(
    alerts.map(({ id, coin_id, condition }): [number, Subject] => {
      const label = coin_id === null ? undefined : labels.get(coin_id)
      const name = condition.type === 'portfolio' ? names.get(condition.portfolio_id) : label?.name
      return [id, { name: name ?? '', coingeckoId: label?.coingecko_id ?? null }]
    }),
  )
}

/** On which side of its threshold the price is; null for other conditions. */
function toDirection({ condition }: StoredAlert, { progress }: Step): 'above' | 'below' | null {
  if (condition.type === 'all_time_high') return 'above'
  if (condition.type === 'all_time_low') return 'below'
  if (condition.type !== 'price') return null
  return condition.direction === 'crosses' ? progress.side : condition.direction
}

function toEvent({ alert, step, reading }: Due, subject: Subject): NewAlertEvent {
  const { condition } = alert
  const isExtreme = condition.type === 'all_time_high' || condition.type === 'all_time_low'
  const crossed = condition.type === 'price' ? condition.price_usd : null
  const threshold = isExtreme ? alert.baseline : (toThreshold(condition, null)?.value ?? crossed)
  const { at, detail } = reading
  const value = reading.shown ?? reading.value
  const limit = threshold !== null && reading.shown !== undefined && value < 0 ? -Math.abs(threshold) : threshold
  return {
    user_id: alert.user_id,
    alert_id: alert.id,
    key: `alert:${alert.id}:${alert.version}`,
    type: condition.type satisfies AlertType,
    coin_id: alert.coin_id,
    direction: toDirection(alert, step),
    ...toMessage({ condition, note: alert.note, value, threshold: limit, at, detail: detail?.() }, subject),
    value,
    threshold: limit,
    at: new Date(at).toISOString(),
  }
}

/**
 * Stores steps in one transaction: compares and sets the version of each alert, adds the event of each trigger, and tells
 * its account. Returns the alerts as they are now; one that changed meanwhile is left out and nobody is told.
 */
export async function commitSteps(pool: pg.Pool, db: Db, due: readonly Due[]): Promise<StoredAlert[]> {
  const subjects = await findSubjects(
    db,
    due.filter(({ step }) => step.isTrigger).map(({ alert }) => alert),
  )
  return inTransaction(pool, async (tx) => {
    const advances = due.map(
      ({ alert: { id, version }, step }): Advance => ({ id, version, ...step.progress, isTrigger: step.isTrigger }),
    )
    const changed = await advanceAlerts(tx, advances)
    const ids = new Set(changed.map(({ id }) => id))
    const triggers = due.filter(({ alert, step }) => step.isTrigger && ids.has(alert.id))
    const events = triggers.map((one) => toEvent(one, subjects.get(one.alert.id) ?? { name: '', coingeckoId: null }))
    const added = await insertAlertEvents(tx, events)
    for (const [index, { user_id, key, title, text, path, at }] of events.entries())
      if (added.has(key)) {
        const channelIds = triggers[index]?.alert.channel_ids ?? []
        await notify(tx, { accountId: user_id, key, title, text, path, at, channelIds })
      }
    return changed
  })
}
