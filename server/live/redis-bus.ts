import type { Clock } from '../clock.ts'
import { AppError, toMessage } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Bus, BusMessage } from './bus.ts'
import { connectRedis, deadMs, type Redis, type RedisSettings } from './redis.ts'

/** Keys and channel. The hash tag keeps them on one node of a Redis Cluster. */
const toNames = (prefix: string) => ({
  /** Sharded pub/sub channel of `BusMessage` as JSON. */
  channel: `${prefix}{cryptoflow}:messages`,
  /** Hash of every price by CoinGecko id. */
  prices: `${prefix}{cryptoflow}:prices`,
  /** The last `BusMessage` without its prices, as JSON. */
  last: `${prefix}{cryptoflow}:last`,
})

const toUnavailable = () => new AppError('unavailable', "Can't reach Redis. Retrying automatically.")

/** With Sentinel a command waits for a primary. */
const failLater = (clock: Clock, signal: AbortSignal): Promise<never> =>
  clock.sleep(deadMs, signal).then(() => Promise.reject(toUnavailable()))

const retryMs = 500
const fullMs = 15_000

type Listener = (message: BusMessage) => void

/** The stored last message: `coins` is the number of stored prices. */
type Last = Omit<BusMessage, 'prices'> & { coins: number }

/**
 * Connects processes through sharded pub/sub of Redis 7 or newer, on one server, a Cluster or a primary that
 * Sentinels watch. The last prices are stored in a hash. It reconnects automatically. A listener that missed a message
 * receives the stored prices.
 */
export function openRedisBus({ redis: settings, clock, log }: { redis: RedisSettings; clock: Clock; log: Log }): Bus {
  const names = toNames(settings.prefix)
  const closing = new AbortController()
  const listeners = new Set<Listener>()
  let redis: Redis | null = null
  let isDown = false
  let fullAt = Number.NEGATIVE_INFINITY

  const onError = (error: unknown) => {
    if (!isDown && !closing.signal.aborted) log.warn({ error: toMessage(error) }, "can't reach Redis, retrying")
    isDown = true
  }
  const onSuccess = () => {
    if (isDown) log.info('Redis reconnected')
    isDown = false
  }
  const begin = () => {
    if (redis === null || !redis.isReady()) throw toUnavailable()
    return redis.commands.multi()
  }
  const readLast = async (): Promise<BusMessage | null> => {
    const [prices, last] = await begin().hGetAll(names.prices).get(names.last).execTyped()
    return last === null ? null : toMessageWithPrices(last, prices)
  }
  const receive = fillGaps(readLast, (message) => {
    for (const listener of listeners) listener(message)
  })
  const open = async () => {
    while (redis === null && !closing.signal.aborted) {
      try {
        redis = await connectRedis(settings, { onError, signal: closing.signal })
        await redis.messages.sSubscribe(names.channel, (text) => {
          onSuccess()
          receive(JSON.parse(text))
        })
        receive(null)
      } catch (error) {
        onError(error)
        redis?.destroy()
        redis = null
        await clock.sleep(retryMs, closing.signal).catch(() => undefined)
      }
    }
  }
  const opening = open()

  return {
    isShared: true,
    readLast,
    subscribe: (listener) => {
      listeners.add(listener)
      receive(null)
    },
    publish: async (message, all) => {
      const multi = begin()
      const { prices, ...rest } = message
      const allPrices = all()
      const isFull = message.full || clock.now() - fullAt > fullMs
      const last: Last = { ...rest, coins: Object.keys(allPrices).length }
      if (isFull) multi.del(names.prices)
      const kept = Object.entries(isFull ? allPrices : prices).flatMap(([id, price]) => [id, String(price)])
      if (kept.length > 0) multi.hSet(names.prices, kept)
      if (message.gone.length > 0) multi.hDel(names.prices, message.gone)
      multi.set(names.last, JSON.stringify(last)).sPublish(names.channel, JSON.stringify(message))
      await Promise.race([multi.exec(), failLater(clock, closing.signal)])
      if (isFull) fullAt = clock.now()
      onSuccess()
    },
    close: async () => {
      closing.abort(new Error('stopped'))
      redis?.destroy()
      await opening
    },
  }
}

/** The stored prices are complete only if their number matches the producer's. */
function toMessageWithPrices(last: string, kept: Record<string, string>): BusMessage {
  const { coins, ...rest }: Last = JSON.parse(last)
  const prices = Object.fromEntries(Object.entries(kept).map(([id, price]) => [id, Number(price)]))
  return { ...rest, full: Object.keys(prices).length === coins, prices }
}

/**
 * Forwards messages in order. After a gap, or for null, it forwards the result of `readLast` first. Messages that
 * arrive in the meantime are queued.
 */
function fillGaps(readLast: () => Promise<BusMessage | null>, pass: Listener) {
  let known = { term: -1, seq: -1 }
  let waiting: BusMessage[] | null = null
  const isNewer = ({ term, seq }: BusMessage) => term > known.term || (term === known.term && seq > known.seq)
  const isNext = ({ term, seq, full }: BusMessage) => full || (term === known.term && seq === known.seq + 1)
  const deliver = (message: BusMessage) => {
    known = { term: message.term, seq: message.seq }
    pass(message)
  }
  const catchUp = async () => {
    const late: BusMessage[] = []
    waiting = late
    const last = await readLast().catch(() => null)
    waiting = null
    if (last !== null && isNewer(last)) deliver(last)
    for (const message of late) receive(message)
  }
  const receive = (message: BusMessage | null): void => {
    if (message !== null && !isNewer(message)) return
    if (waiting !== null) {
      if (message !== null) waiting.push(message)
    } else if (message !== null && isNext(message)) deliver(message)
    else void catchUp()
  }
  return receive
}
