'use client'

import type { LiveStatus, Prices, ServerFrame } from '@contract/live.ts'
import { useCallback, useSyncExternalStore } from 'react'

const path = '/api/v1/ws/prices'
const silenceMs = 40_000
const firstRetryMs = 1000
const longestRetryMs = 30_000
const hiddenMs = 300_000

export type Connection = {
  open: boolean
  source: string | null
  /** What the server says of its feed; true until it has spoken. */
  stale: boolean
  /** When the last price arrived, by this browser's clock; null before the first. */
  lastPriceAt: number | null
}

const offline: Connection = { open: false, source: null, stale: true, lastPriceAt: null }

/** The latest prices, shared by the whole page: one socket, a subscription per coin, one flush per frame. */
class LivePrices {
  #prices = new Map<string, number>()
  #streamed = new Set<string>()
  #readers = new Map<string, Set<() => void>>()
  #connection: Connection = offline
  #connectionReaders = new Set<() => void>()
  #changed = new Set<string>()
  #frame: number | undefined
  #socket: WebSocket | undefined
  #retryMs = firstRetryMs
  #timer: ReturnType<typeof setTimeout> | undefined

  start(): () => void {
    this.#connect()
    document.addEventListener('visibilitychange', this.#onVisibility)
    return () => {
      document.removeEventListener('visibilitychange', this.#onVisibility)
      this.#drop()
    }
  }

  price = (id: string): number | undefined => this.#prices.get(id)

  /** Did the stream itself change this price? If not, it is the warehouse's, and may be minutes old. */
  isStreamed = (id: string): boolean => this.#streamed.has(id)

  connection = (): Connection => this.#connection

  onPrice(id: string, reader: () => void): () => void {
    const readers = this.#readers.get(id) ?? new Set()
    this.#readers.set(id, readers.add(reader))
    return () => readers.delete(reader)
  }

  onConnection = (reader: () => void): (() => void) => {
    this.#connectionReaders.add(reader)
    return () => this.#connectionReaders.delete(reader)
  }

  #onVisibility = (): void => {
    clearTimeout(this.#timer)
    if (document.visibilityState === 'hidden') this.#timer = setTimeout(() => this.#drop(), hiddenMs)
    else if (this.#socket === undefined) this.#connect()
    else this.#watch()
  }

  #drop(): void {
    clearTimeout(this.#timer)
    const socket = this.#socket
    this.#socket = undefined
    socket?.close()
    this.#tell({ open: false })
  }

  #connect(): void {
    const socket = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${path}`)
    this.#socket = socket
    socket.onmessage = ({ data }) => {
      if (this.#socket === socket && typeof data === 'string') this.#receive(JSON.parse(data))
    }
    socket.onclose = () => {
      if (this.#socket === socket) this.#retry()
    }
    this.#watch()
  }

  #retry(): void {
    this.#drop()
    this.#timer = setTimeout(() => this.#connect(), this.#retryMs * (0.5 + Math.random() / 2))
    this.#retryMs = Math.min(longestRetryMs, this.#retryMs * 2)
  }

  #watch(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#retry(), silenceMs)
  }

  #receive(frame: ServerFrame): void {
    this.#watch()
    this.#retryMs = firstRetryMs
    if (frame.type === 'price_update') this.#receivePrices(frame.prices, frame.snapshot === true)
    else if (frame.type === 'status') this.#receiveStatus(frame)
    if (!this.#connection.open) this.#tell({ open: true })
  }

  #receivePrices(prices: Prices, snapshot: boolean): void {
    for (const [id, price] of Object.entries(prices)) {
      if (this.#prices.get(id) === price) continue
      this.#prices.set(id, price)
      this.#changed.add(id)
      if (snapshot) this.#streamed.delete(id)
      else this.#streamed.add(id)
    }
    this.#frame ??= requestAnimationFrame(() => this.#flush())
    if (!snapshot && this.#connection.source !== null) this.#tell({ lastPriceAt: Date.now() })
  }

  #receiveStatus({ source, stale, price_age_ms }: LiveStatus): void {
    this.#tell({ source, stale, lastPriceAt: price_age_ms === null ? null : Date.now() - price_age_ms })
  }

  #flush(): void {
    this.#frame = undefined
    for (const id of this.#changed) for (const reader of this.#readers.get(id) ?? []) reader()
    this.#changed.clear()
  }

  #tell(news: Partial<Connection>): void {
    this.#connection = { ...this.#connection, ...news }
    for (const reader of this.#connectionReaders) reader()
  }
}

export const livePrices = new LivePrices()

/** The live price of a coin in USD, or `known` until the stream has told one. */
export function useLivePrice(id: string, known: number | null): number | null {
  const subscribe = useCallback((reader: () => void) => livePrices.onPrice(id, reader), [id])
  return useSyncExternalStore(
    subscribe,
    () => livePrices.price(id) ?? known,
    () => known,
  )
}

export const useConnection = (): Connection =>
  useSyncExternalStore(livePrices.onConnection, livePrices.connection, () => offline)
