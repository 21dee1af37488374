import type { Coin } from '@contract/coins.ts'
import type { ClientFrame, LiveStatus, Prices, ServerFrame } from '@contract/live.ts'
import { useSyncExternalStore } from 'react'
import { CompactReader, compactProtocol } from '../../contract/compact-prices.ts'

const path = '/api/v1/ws/prices'
const silenceTimeoutMs = 40_000
const firstRetryMs = 1000
const maxRetryMs = 30_000
const hiddenTimeoutMs = 300_000
const subscribeDelayMs = 300
const pruneDelayMs = 60_000

export type Connection = {
  /** Has the first attempt ended, in a status message or a failure? */
  tried: boolean
  open: boolean
  source: string | null
  /** Does the server report the stream as stale? True until the first status message. */
  stale: boolean
}

const offline: Connection = { tried: false, open: false, source: null, stale: true }

/** The server's limit for one client. */
const maxSubscribed = 1000

/** Keeps a message below the server's default limit of 16 KiB. */
const maxCharacters = 12_000

const split = (type: 'subscribe' | 'unsubscribe', coins: readonly string[]): string[] => {
  if (coins.length === 0) return []
  const text = JSON.stringify({ type, coins: [...coins] } satisfies ClientFrame)
  if (text.length <= maxCharacters || coins.length === 1) return [text]
  const half = Math.ceil(coins.length / 2)
  return [...split(type, coins.slice(0, half)), ...split(type, coins.slice(half))]
}

/** The messages that change a subscription from `current` to `wanted`; a `current` of null is the initial "all coins". */
export function toClientFrames(current: ReadonlySet<string> | null, wanted: ReadonlySet<string>): string[] {
  const removed = [...(current ?? [])].filter((id) => !wanted.has(id))
  const added = [...wanted].filter((id) => current?.has(id) !== true)
  return [...split('unsubscribe', removed), ...split('subscribe', added)]
}

/** The price of a coin in USD: the live one, or that of its snapshot. */
export type ToPrice = (coin: Pick<Coin, 'coingecko_id' | 'price_usd'>) => number | null

/**
 * The latest prices, shared by the whole page: one socket, subscribed to the coins with a listener, and one flush per
 * animation frame. Subscriptions change in batches. Without any listener the server sends all coins.
 */
class LivePrices {
  #prices = new Map<string, number>()
  #streamed = new Set<string>()
  #listeners = new Map<string, Set<() => void>>()
  #connection: Connection = offline
  #connectionListeners = new Set<() => void>()
  #lastPriceAt: number | null = null
  #changed = new Set<string>()
  /** Coins of the current subscription; null: no subscription, and the server sends all coins. */
  #subscribed: ReadonlySet<string> | null = null
  #subscribeTimer: ReturnType<typeof setTimeout> | undefined
  #pruneTimer: ReturnType<typeof setTimeout> | undefined
  #frame: number | undefined
  #socket: WebSocket | undefined
  #retryMs = firstRetryMs
  #timer: ReturnType<typeof setTimeout> | undefined

  start(): () => void {
    this.#connect()
    document.addEventListener('visibilitychange', this.#onVisibility)
    return () => {
      document.removeEventListener('visibilitychange', this.#onVisibility)
      this.#disconnect()
    }
  }

  price = (id: string): number | undefined => this.#prices.get(id)

  toPrice: ToPrice = ({ coingecko_id, price_usd }) => this.#prices.get(coingecko_id) ?? price_usd

  /** False for a price from the warehouse's snapshot, which may be minutes old. */
  isStreamed = (id: string): boolean => this.#streamed.has(id)

  connection = (): Connection => this.#connection

  /** When the last price of any coin arrived, by the browser's clock; null before the first. Does not notify. */
  lastPriceAt = (): number | null => this.#lastPriceAt

  /** Calls `listener` after each price change of a coin. Returns the function that unsubscribes. */
  onPrice(id: string, listener: () => void): () => void {
    const listeners = this.#listeners.get(id) ?? new Set()
    this.#listeners.set(id, listeners.add(listener))
    this.#scheduleSubscribe()
    return () => {
      listeners.delete(listener)
      if (listeners.size === 0 && this.#listeners.get(id) === listeners) this.#listeners.delete(id)
      this.#scheduleSubscribe()
    }
  }

  /** As `onPrice` for several coins: one call for all that change in the same frame. */
  onPrices(coins: readonly Pick<Coin, 'coingecko_id'>[], listener: () => void): () => void {
    const unsubscribes = coins.map(({ coingecko_id }) => this.onPrice(coingecko_id, listener))
    return () => {
      for (const unsubscribe of unsubscribes) unsubscribe()
    }
  }

  onConnection = (listener: () => void): (() => void) => {
    this.#connectionListeners.add(listener)
    return () => this.#connectionListeners.delete(listener)
  }

  #onVisibility = (): void => {
    clearTimeout(this.#timer)
    if (document.visibilityState === 'hidden') this.#timer = setTimeout(() => this.#disconnect(), hiddenTimeoutMs)
    else if (this.#socket === undefined) this.#connect()
    else this.#restartTimeout()
  }

  #disconnect(): void {
    for (const timer of [this.#timer, this.#subscribeTimer, this.#pruneTimer]) clearTimeout(timer)
    this.#subscribeTimer = undefined
    this.#pruneTimer = undefined
    const socket = this.#socket
    this.#socket = undefined
    socket?.close()
    this.#setConnection({ tried: true, open: false })
  }

  #connect(): void {
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
    const socket = new WebSocket(`${scheme}://${location.host}${path}`, compactProtocol)
    const reader = new CompactReader()
    this.#socket = socket
    this.#subscribed = null
    socket.onopen = () => this.#subscribe()
    socket.onmessage = ({ data }) => {
      if (this.#socket === socket && typeof data === 'string') this.#receive(reader.read(JSON.parse(data)))
    }
    socket.onclose = () => {
      if (this.#socket === socket) this.#retry()
    }
    this.#restartTimeout()
  }

  #scheduleSubscribe(): void {
    this.#subscribeTimer ??= setTimeout(() => {
      this.#subscribeTimer = undefined
      this.#subscribe()
    }, subscribeDelayMs)
  }

  #subscribe(): void {
    const socket = this.#socket
    if (socket?.readyState !== WebSocket.OPEN) return
    const wanted = new Set([...this.#listeners.keys()].slice(0, maxSubscribed))
    const frames = toClientFrames(this.#subscribed, wanted)
    if (frames.length === 0) return
    for (const frame of frames) socket.send(frame)
    this.#subscribed = wanted
    this.#pruneTimer ??= setTimeout(() => this.#prunePrices(), pruneDelayMs)
  }

  /** Drops prices of coins without subscription: they would be out of date when their row returns. */
  #prunePrices(): void {
    this.#pruneTimer = undefined
    for (const id of this.#prices.keys()) {
      if (this.#subscribed?.has(id) ?? true) continue
      this.#prices.delete(id)
      this.#streamed.delete(id)
    }
  }

  #retry(): void {
    this.#disconnect()
    this.#timer = setTimeout(() => this.#connect(), this.#retryMs * (0.5 + Math.random() / 2))
    this.#retryMs = Math.min(maxRetryMs, this.#retryMs * 2)
  }

  #restartTimeout(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#retry(), silenceTimeoutMs)
  }

  #receive(frame: ServerFrame): void {
    this.#restartTimeout()
    this.#retryMs = firstRetryMs
    if (frame.type === 'price_update') this.#receivePrices(frame.prices, frame.snapshot === true)
    else if (frame.type === 'status') this.#receiveStatus(frame)
    if (!this.#connection.open) this.#setConnection({ open: true })
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
    this.#setConnection({ tried: true, open: true, source, stale })
  }

  /** Calls each listener once, even if several of its coins changed. */
  #flush(): void {
    this.#frame = undefined
    const listeners = new Set<() => void>()
    for (const id of this.#changed) for (const listener of this.#listeners.get(id) ?? []) listeners.add(listener)
    this.#changed.clear()
    for (const listener of listeners) listener()
  }

  #setConnection(change: Partial<Connection>): void {
    this.#connection = { ...this.#connection, ...change }
    for (const listener of this.#connectionListeners) listener()
  }
}

export const livePrices = new LivePrices()

export const useConnection = (): Connection =>
  useSyncExternalStore(livePrices.onConnection, livePrices.connection, () => offline)

const liveUntilMs = 10_000
const delayedUntilMs = 120_000

/** State of the price stream; ages in ms, null before the first. */
export type StreamHealth = {
  open: boolean
  source: string | null
  /** Does the server report the stream as stale? */
  stale: boolean
  simulated: boolean
  priceAge: number | null
  snapshotAge: number | null
}

export type LiveState = { label: 'Live' | 'Simulated' | 'Delayed' | 'Offline'; age: number | null; detail: string }

/** Age of the newest price, streamed or from a snapshot. */
const toAge = ({ priceAge, snapshotAge }: StreamHealth): number | null =>
  priceAge === null || snapshotAge === null ? (priceAge ?? snapshotAge) : Math.min(priceAge, snapshotAge)

/**
 * Status of the prices by the age of the last one: live below 10 s, delayed below 120 s, else offline. Never live while
 * disconnected, without a source, or when the server reports the stream as stale.
 */
export function toLiveState(health: StreamHealth): LiveState {
  const { open, source, stale, simulated, priceAge } = health
  if (open && source !== null && !stale && priceAge !== null && priceAge < liveUntilMs)
    return simulated
      ? { label: 'Simulated', age: priceAge, detail: 'Prices from the market simulator' }
      : { label: 'Live', age: priceAge, detail: 'Prices are streaming' }
  const age = toAge(health)
  const label = age !== null && age < delayedUntilMs ? 'Delayed' : 'Offline'
  if (!open) return { label, age, detail: 'Connection lost. Reconnecting...' }
  if (source === null) return { label, age, detail: 'No live source: showing prices of the last snapshot' }
  return { label, age, detail: 'No price received recently' }
}
