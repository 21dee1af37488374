import type { Alert, AlertChange, AlertEvent, NewAlert } from '@contract/alerts.ts'
import { readAnswer } from './api'
import { authorizedFetch } from './session'

const root = '/api/v1/alerts'

const send = async <T>(method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<T> =>
  readAnswer<T>(
    await authorizedFetch(`${root}${path}`, {
      method,
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    }),
  )

const get = async <T>(path: string): Promise<T> => readAnswer<T>(await authorizedFetch(path))

export const fetchAlerts = (): Promise<Alert[]> => get(root)

/** Adds an alert, or changes the one with an id. */
export const saveAlert = (body: NewAlert & AlertChange, changed: number | null): Promise<Alert> =>
  changed === null ? send('POST', '', body) : send('PATCH', `/${changed}`, body)

export const changeAlert = (id: number, body: AlertChange): Promise<Alert> => send('PATCH', `/${id}`, body)
export const snoozeAlert = (id: number, until: string | null): Promise<Alert> =>
  send('POST', `/${id}/snooze`, { until })
export const testAlert = (id: number): Promise<{ message: string }> => send('POST', `/${id}/test`)
export const deleteAlert = (id: number): Promise<void> => send('DELETE', `/${id}`)

export type AlertEventList = { items: AlertEvent[]; total: number; page: number; per_page: number; pages: number }
export const fetchAlertEvents = (page: number): Promise<AlertEventList> =>
  get(`${root}/events?page=${page}&per_page=20`)
