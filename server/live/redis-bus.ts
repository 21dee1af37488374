import { createClient, createCluster } from '@redis/client'
import type { Clock } from '../clock.ts'
import { AppError, toMessage } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Bus, BusMessage } from './bus.ts'

/** The hash tag keeps all keys on one node of a Redis Cluster. */
const names = {
  /** Sharded pub/sub channel of `BusMessage` as JSON. */
  channel: '{cryptoflow}:messages',
  /** Hash of every price by CoinGecko id. */
  prices: '{cryptoflow}:prices',
  /** The last `BusMessage` without its prices, as JSON. */
  last: '{cryptoflow}:last',
}

const retryMs = 500
const pingMs = 1000
const deadMs = 4000
const fullMs = 15_000

/** Reconnects and timeouts. */
const connectionOptions = {
  pingInterval: pingMs,
  disableOfflineQueue: true,
  socket: { connectTimeout: deadMs, socketTimeout: deadMs, reconnectStrategy: retryMs },
}

const createOne = (url: string) => createClient({ url, ...connectionOptions })

/** All nodes of the cluster use the user name, password and encryption of `url`. */
function createMany(url: string) {
  const { username, password, protocol } = new URL(url)
  const defaults = {
    ...connectionOptions,
    socket: { ...connectionOptions.socket, ...(protocol === 'rediss:' ? { tls: true as const } : {}) },
    ...(username === '' ? {} : { username: decodeURIComponent(username) }),
    ...(password === '' ? {} : { password: decodeURIComponent(password) }),
  }
  return createCluster({ rootNodes: [{ url, ...connectionOptions }], defaults })
}

type Client = ReturnType<typeof createOne> | ReturnType<typeof createMany>

/** Commands and messages use separate connections: a message inside a response to EXEC would break it. */
type Redis = { commands: Client; messages: Pick<Client, 'sSubscribe'>; destroy(): void }
type Listener = (message: BusMessage) => void

/** The stored last message: `coins` is the number of stored prices. */
type Last = Omit<BusMessage, 'prices'> & { coins: number }

/**
 * Connects processes through sharded pub/sub of Redis 7 or newer, on one server or a Cluster. The last prices are
 * stored in a hash. It reconnects automatically. A listener that missed a message receives the stored prices.
 */
export function openRedisBus({ url, clock, log }: { url: string; clock: Clock; log: Log }): Bus {
  const closing = new AbortController()
  const listeners = new Set<Listener>()
  let redis: Redis | null = null
  let isDown = false
  let fullAt = Number.NEGATIVE_INFINITY

  const onError = (error: unknown) => {
    if (!isDown && !closing.signal.aborted) log.warn({ error: toMessage(error) }, "can't reach redis, retrying")
    isDown = true
  }
  const onSuccess = () => {
    if (isDown) log.info('redis reconnected')
    isDown = false
  }
  const toUnavailable = () => new AppError('unavailable', "Can't reach Redis. Retrying automatically.")
  const readLast = async (): Promise<BusMessage | null> => {
    if (redis === null) throw toUnavailable()
    const [prices, last] = await redis.commands.multi().hGetAll(names.prices).get(names.last).execTyped()
    return last === null ? null : toMessageWithPrices(last, prices)
  }
  const receive = fillGaps(readLast, (message) => {
    for (const listener of listeners) listener(message)
  })
  const open = async () => {
    while (redis === null && !closing.signal.aborted) {
      try {
        redis = await connect(url, { onError, signal: closing.signal })
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
      if (redis === null) throw toUnavailable()
      const { prices, ...rest } = message
      const allPrices = all()
      const isFull = message.full || clock.now() - fullAt > fullMs
      const last: Last = { ...rest, coins: Object.keys(allPrices).length }
      const multi = redis.commands.multi()
      if (isFull) multi.del(names.prices)
      const kept = Object.entries(isFull ? allPrices : prices).flatMap(([id, price]) => [id, String(price)])
      if (kept.length > 0) multi.hSet(names.prices, kept)
      if (message.gone.length > 0) multi.hDel(names.prices, message.gone)
      await multi.set(names.last, JSON.stringify(last)).sPublish(names.channel, JSON.stringify(message)).exec()
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

/** Connects to the Redis server or Cluster at `url`. Retries until it succeeds or `signal` is aborted. */
async function connect(
  url: string,
  { onError, signal }: { onError: (error: unknown) => void; signal: AbortSignal },
): Promise<Redis> {
  const client = createOne(url)
  client.on('error', onError)
  const abort = () => client.destroy()
  signal.addEventListener('abort', abort, { once: true })
  try {
    await client.connect()
    const isCluster = /redis_mode:cluster/.test(await client.info('server'))
    if (!isCluster) return await addMessages(client, onError)
  } finally {
    signal.removeEventListener('abort', abort)
  }
  client.destroy()
  const cluster = createMany(url)
  cluster.on('error', onError)
  await cluster.connect()
  return { commands: cluster, messages: cluster, destroy: () => cluster.destroy() }
}

async function addMessages(client: ReturnType<typeof createOne>, onError: (error: unknown) => void): Promise<Redis> {
  const messages = client.duplicate()
  messages.on('error', onError)
  const destroy = () => {
    client.destroy()
    messages.destroy()
  }
  await messages.connect()
  return { commands: client, messages, destroy }
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
