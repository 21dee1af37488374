import { createClient, createCluster } from '@redis/client'
import type { Clock } from '../clock.ts'
import { AppError, toMessage } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Bus, BusMessage } from './bus.ts'

/** One hash tag, so that a Redis Cluster keeps all of it on one node. */
const names = {
  /** Sharded pub/sub channel: each `BusMessage` as JSON. */
  channel: '{cryptoflow}:messages',
  /** Hash: every price by CoinGecko id. */
  prices: '{cryptoflow}:prices',
  /** The last `BusMessage` without its prices, as JSON. */
  last: '{cryptoflow}:last',
}

const retryMs = 500
const pingMs = 1000
const deadMs = 4000
const wholeMs = 15_000

/** How a connection comes back, and when a server that does not answer is given up. */
const patience = {
  pingInterval: pingMs,
  disableOfflineQueue: true,
  socket: { connectTimeout: deadMs, socketTimeout: deadMs, reconnectStrategy: retryMs },
}

const createOne = (url: string) => createClient({ url, ...patience })

/** Every node of the cluster is reached as the one at `url` is: with its name, password and encryption. */
function createMany(url: string) {
  const { username, password, protocol } = new URL(url)
  const defaults = {
    ...patience,
    socket: { ...patience.socket, ...(protocol === 'rediss:' ? { tls: true as const } : {}) },
    ...(username === '' ? {} : { username: decodeURIComponent(username) }),
    ...(password === '' ? {} : { password: decodeURIComponent(password) }),
  }
  return createCluster({ rootNodes: [{ url, ...patience }], defaults })
}

type Client = ReturnType<typeof createOne> | ReturnType<typeof createMany>

/** Commands and messages have a connection each: a message amid the answer to EXEC would break it. */
type Redis = { commands: Client; messages: Pick<Client, 'sSubscribe'>; destroy(): void }
type Listener = (message: BusMessage) => void

/** What is kept of the last message: all but its prices, and how many prices are kept. */
type Last = Omit<BusMessage, 'prices'> & { coins: number }

/**
 * Joins processes through Redis 7 or newer, a single server or a Cluster, by sharded pub/sub; the last prices are kept in
 * a hash. It connects by itself, now and whenever the connection is lost. A listener that missed a message is given the
 * kept prices instead.
 */
export function openRedisBus({ url, clock, log }: { url: string; clock: Clock; log: Log }): Bus {
  const closing = new AbortController()
  const listeners = new Set<Listener>()
  let redis: Redis | null = null
  let isAway = false
  let wholeAt = Number.NEGATIVE_INFINITY

  const onError = (error: unknown) => {
    if (!isAway && !closing.signal.aborted) log.warn({ error: toMessage(error) }, 'redis is away')
    isAway = true
  }
  const onSign = () => {
    if (isAway) log.info('redis is back')
    isAway = false
  }
  const away = () => new AppError('unavailable', 'Redis is not reached: it is tried again by itself')
  const readLast = async (): Promise<BusMessage | null> => {
    if (redis === null) throw away()
    const [prices, last] = await redis.commands.multi().hGetAll(names.prices).get(names.last).execTyped()
    return last === null ? null : toWhole(last, prices)
  }
  const receive = followWithoutGaps(readLast, (message) => {
    for (const listener of listeners) listener(message)
  })
  const open = async () => {
    while (redis === null && !closing.signal.aborted) {
      try {
        redis = await connect(url, { onError, signal: closing.signal })
        await redis.messages.sSubscribe(names.channel, (text) => {
          onSign()
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
      if (redis === null) throw away()
      const { prices, ...rest } = message
      const everything = all()
      const isWhole = message.full || clock.now() - wholeAt > wholeMs
      const last: Last = { ...rest, coins: Object.keys(everything).length }
      const multi = redis.commands.multi()
      if (isWhole) multi.del(names.prices)
      const kept = Object.entries(isWhole ? everything : prices).flatMap(([id, price]) => [id, String(price)])
      if (kept.length > 0) multi.hSet(names.prices, kept)
      if (message.gone.length > 0) multi.hDel(names.prices, message.gone)
      await multi.set(names.last, JSON.stringify(last)).sPublish(names.channel, JSON.stringify(message)).exec()
      if (isWhole) wholeAt = clock.now()
      onSign()
    },
    close: async () => {
      closing.abort(new Error('stopped'))
      redis?.destroy()
      await opening
    },
  }
}

/** The kept prices are every price only when they are as many as the producer knew. */
function toWhole(last: string, kept: Record<string, string>): BusMessage {
  const { coins, ...rest }: Last = JSON.parse(last)
  const prices = Object.fromEntries(Object.entries(kept).map(([id, price]) => [id, Number(price)]))
  return { ...rest, full: Object.keys(prices).length === coins, prices }
}

/** The Redis or the Redis Cluster at `url`; tried until it is there or `signal` is aborted. */
async function connect(
  url: string,
  { onError, signal }: { onError: (error: unknown) => void; signal: AbortSignal },
): Promise<Redis> {
  const client = createOne(url)
  client.on('error', onError)
  const give = () => client.destroy()
  signal.addEventListener('abort', give, { once: true })
  try {
    await client.connect()
    const isCluster = /redis_mode:cluster/.test(await client.info('server'))
    if (!isCluster) return await addMessages(client, onError)
  } finally {
    signal.removeEventListener('abort', give)
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
 * Passes messages on in order. After a gap, or for null (nothing is known yet), `readLast` gives every price instead, and
 * what comes meanwhile waits for it.
 */
function followWithoutGaps(readLast: () => Promise<BusMessage | null>, pass: Listener) {
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
