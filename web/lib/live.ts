import type { Coin } from '@contract/coins.ts'
import type { LiveStatus, Prices, ServerFrame } from '@contract/live.ts'
import { useCallback, useSyncExternalStore } from 'react'
import { mostSubscribed, toClientFrames } from './subscription.ts'

const path = '/api/v1/ws/prices'
const silenceMs = 40_000
const firstRetryMs = 1000
const longestRetryMs = 30_000
const hiddenMs = 300_000
const settleMs = 300
const keptMs = 60_000

export type Connection = {
  /** Has the first try come to something: has the server told how its feed is, or was there none? */
  tried: boolean
  open: boolean
  source: string | null
  /** What the server says of its feed; true until it has spoken. */
  stale: boolean
}

const offline: Connection = { tried: false, open: false, source: null, stale: true }

/**
 * The latest prices, shared by the whole page: one socket that is subscribed to the coins that somebody reads, in steps
 * while rows come and go, and one flush per frame. A page that never reads a price is sent those of all coins.
 */
class LivePrices {
  #prices = new Map<string, number>()
  #streamed = new Set<string>()
  #readers = new Map<string, Set<() => void>>()
  #connection: Connection = offline
  #connectionReaders = new Set<() => void>()
  #lastPriceAt: number | null = null
  #changed = new Set<string>()
  /** What the server was told; null: nothing, and it sends every coin. */
  #subscribed: ReadonlySet<string> | null = null
  #settling: ReturnType<typeof setTimeout> | undefined
  #forgetting: ReturnType<typeof setTimeout> | undefined
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

  toPrice: ToPrice = ({ coingecko_id, price_usd }) => this.#prices.get(coingecko_id) ?? price_usd

  /** Did the stream itself change this price? If not, it is the warehouse's, and may be minutes old. */
  isStreamed = (id: string): boolean => this.#streamed.has(id)

  connection = (): Connection => this.#connection

  /** When the last price of any coin arrived, by this browser's clock; null before the first. Changes without a call. */
  lastPriceAt = (): number | null => this.#lastPriceAt

  /** Calls `reader` after each change of the price of a coin, until the answer is called. */
  onPrice(id: string, reader: () => void): () => void {
    const readers = this.#readers.get(id) ?? new Set()
    this.#readers.set(id, readers.add(reader))
    this.#settle()
    return () => {
      readers.delete(reader)
      if (readers.size === 0 && this.#readers.get(id) === readers) this.#readers.delete(id)
      this.#settle()
    }
  }

  /** As `onPrice`, for many coins: `reader` is called once for all that change together. */
  onPrices(coins: readonly Pick<Coin, 'coingecko_id'>[], reader: () => void): () => void {
    const ends = coins.map(({ coingecko_id }) => this.onPrice(coingecko_id, reader))
    return () => {
      for (const end of ends) end()
    }
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
    for (const timer of [this.#timer, this.#settling, this.#forgetting]) clearTimeout(timer)
    this.#settling = undefined
    this.#forgetting = undefined
    const socket = this.#socket
    this.#socket = undefined
    socket?.close()
    this.#tell({ tried: true, open: false })
  }

  #connect(): void {
    const socket = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${path}`)
    this.#socket = socket
    this.#subscribed = null
    socket.onopen = () => this.#subscribe()
    socket.onmessage = ({ data }) => {
      if (this.#socket === socket && typeof data === 'string') this.#receive(JSON.parse(data))
    }
    socket.onclose = () => {
      if (this.#socket === socket) this.#retry()
    }
    this.#watch()
  }

  #settle(): void {
    this.#settling ??= setTimeout(() => {
      this.#settling = undefined
      this.#subscribe()
    }, settleMs)
  }

  #subscribe(): void {
    const socket = this.#socket
    if (socket?.readyState !== WebSocket.OPEN) return
    const wanted = new Set([...this.#readers.keys()].slice(0, mostSubscribed))
    const frames = toClientFrames(this.#subscribed, wanted)
    if (frames.length === 0) return
    for (const frame of frames) socket.send(frame)
    this.#subscribed = wanted
    this.#forgetting ??= setTimeout(() => this.#forget(), keptMs)
  }

  /** Drops the prices that are not followed: a row that comes back soon finds its last one, later it would be too old. */
  #forget(): void {
    this.#forgetting = undefined
    for (const id of this.#prices.keys()) {
      if (this.#subscribed?.has(id) ?? true) continue
      this.#prices.delete(id)
      this.#streamed.delete(id)
    }
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
    if (!snapshot && this.#connection.source !== null) this.#lastPriceAt = Date.now()
  }

  #receiveStatus({ source, stale, price_age_ms }: LiveStatus): void {
    this.#lastPriceAt = price_age_ms === null ? null : Date.now() - price_age_ms
    this.#tell({ tried: true, open: true, source, stale })
  }

  /** Calls each reader once, however many of its coins changed. */
  #flush(): void {
    this.#frame = undefined
    const readers = new Set<() => void>()
    for (const id of this.#changed) for (const reader of this.#readers.get(id) ?? []) readers.add(reader)
    this.#changed.clear()
    for (const reader of readers) reader()
  }

  #tell(news: Partial<Connection>): void {
    this.#connection = { ...this.#connection, ...news }
    for (const reader of this.#connectionReaders) reader()
  }
}

/** The price of a coin in USD that is shown: the live one, or that of its snapshot. */
export type ToPrice = (coin: Pick<Coin, 'coingecko_id' | 'price_usd'>) => number | null

const toKnownPrice: ToPrice = ({ price_usd }) => price_usd

export const livePrices = new LivePrices()

/** What `derive` makes of the live price of a coin in USD, or of `known` until the stream has told one. */
export function useLiveFigure<T>(id: string, known: number | null, derive: (price: number | null) => T): T {
  const subscribe = useCallback((reader: () => void) => livePrices.onPrice(id, reader), [id])
  return useSyncExternalStore(
    subscribe,
    () => derive(livePrices.price(id) ?? known),
    () => derive(known),
  )
}

/** What `derive` makes of the live prices of many coins; an equal text or number as before draws nothing. */
export function useLiveFigures<T extends string | number | null>(
  coins: readonly Pick<Coin, 'coingecko_id' | 'price_usd'>[],
  derive: (toPrice: ToPrice) => T,
): T {
  const subscribe = useCallback((reader: () => void) => livePrices.onPrices(coins, reader), [coins])
  return useSyncExternalStore(
    subscribe,
    () => derive(livePrices.toPrice),
    () => derive(toKnownPrice),
  )
}

const same = (price: number | null): number | null => price

/** The live price of a coin in USD, or `known` until the stream has told one. */
export const useLivePrice = (id: string, known: number | null): number | null => useLiveFigure(id, known, same)

export const useConnection = (): Connection =>
  useSyncExternalStore(livePrices.onConnection, livePrices.connection, () => offline)
