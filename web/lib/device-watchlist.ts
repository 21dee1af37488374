import type { Watchlist } from '@contract/watchlist.ts'
import { useSyncExternalStore } from 'react'

const key = 'cryptoflow_watchlist'
const empty: Watchlist = { coin_ids: [], items: [] }
const listeners = new Set<() => void>()
let known = { text: '', list: empty }

type Item = Watchlist['items'][number]

const isItem = (value: unknown): value is Item =>
  typeof value === 'object' &&
  value !== null &&
  'coin_id' in value &&
  Number.isInteger(value.coin_id) &&
  'name' in value

function parseList(text: string): Watchlist {
  try {
    const parsed: unknown = JSON.parse(text)
    const items = Array.isArray(parsed) ? parsed.filter(isItem) : []
    return { coin_ids: items.map(({ coin_id }) => coin_id), items }
  } catch {
    return empty
  }
}

/** The watchlist that this browser keeps for users without an account. */
export function readDeviceList(): Watchlist {
  const text = localStorage.getItem(key) ?? ''
  if (text !== known.text) known = { text, list: text === '' ? empty : parseList(text) }
  return known.list
}

export function saveDeviceList(items: readonly Item[]): void {
  if (items.length === 0) localStorage.removeItem(key)
  else localStorage.setItem(key, JSON.stringify(items))
  for (const listener of [...listeners]) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  addEventListener('storage', listener)
  return () => {
    listeners.delete(listener)
    removeEventListener('storage', listener)
  }
}

export const useDeviceList = (): Watchlist => useSyncExternalStore(subscribe, readDeviceList, () => empty)
