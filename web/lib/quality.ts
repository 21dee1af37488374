import type { CheckHistory, CheckMethod, QualityHours, TableQuality } from '@contract/quality.ts'
import { ApiError, get } from './api'

const path = '/api/v1/quality'

/** Where the name of a check leads. */
export const checkHref = (name: string): string => `/quality?check=${encodeURIComponent(name)}`

export const fetchTableQuality = (): Promise<TableQuality[]> => get(`${path}/summary`)

export const fetchQualityHours = (hours: number): Promise<QualityHours> => get(`${path}/hours?hours=${hours}`)

export const fetchMethods = (): Promise<CheckMethod[]> => get(`${path}/methods`)

/** A check and its results of the last hours; null when there is no check of that name. */
export async function findCheckHistory(name: string, hours: number): Promise<CheckHistory | null> {
  try {
    return await get<CheckHistory>(`${path}/checks/${encodeURIComponent(name)}/history?hours=${hours}`)
  } catch (error) {
    if (error instanceof ApiError && (error.status === 404 || error.status === 422)) return null
    throw error
  }
}
