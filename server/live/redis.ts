import { createClient, createCluster, createSentinel, RedisClient } from '@redis/client'

/** Where Redis is and how it is shared. */
export type RedisSettings = {
  /** One server, nodes of one Cluster, or Sentinels: all with the same user, password and encryption. */
  urls: readonly string[]
  /** Name of the primary and password of the Sentinels in `urls`. Null: `urls` are servers. */
  sentinel: { name: string; password: string | null } | null
  /** Prefix of every key and channel. */
  prefix: string
}

/** Commands and messages use separate connections: a message inside a response to EXEC would break it. */
export type Redis = {
  commands: Client
  messages: Pick<Client, 'sSubscribe'>
  /** False: a command would wait until Sentinel names a reachable primary. */
  isReady(): boolean
  destroy(): void
}

type Options = { onError: (error: unknown) => void; signal: AbortSignal }

const retryMs = 500
const pingMs = 1000
export const deadMs = 4000
const scanMs = 5000
const sentinelPort = 26_379

/** Reconnects and timeouts. New objects each time, because a client writes its address into its options. */
const toOptions = (reconnectStrategy: number | false = retryMs) => ({
  pingInterval: pingMs,
  disableOfflineQueue: true,
  socket: { connectTimeout: deadMs, socketTimeout: deadMs, reconnectStrategy },
})

const createOne = (url: string) => createClient({ url, ...toOptions() })

/** Options of every node: user, password and encryption of `url`. */
function toNodeOptions(url: string) {
  const { socket, username, password } = RedisClient.parseURL(url)
  const tls = socket !== undefined && 'tls' in socket && socket.tls === true ? { tls: true as const } : {}
  const options = toOptions()
  return {
    ...options,
    socket: { ...options.socket, ...tls },
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
  }
}

const createMany = (urls: readonly string[]) =>
  createCluster({
    rootNodes: urls.map((url) => ({ url, ...toOptions() })),
    defaults: toNodeOptions(urls[0] ?? ''),
  })

function createWatched(urls: readonly string[], { name, password }: NonNullable<RedisSettings['sentinel']>) {
  const [url = ''] = urls
  const { database } = RedisClient.parseURL(url)
  const { username: _user, password: _password, ...shared } = toNodeOptions(url)
  return createSentinel({
    name,
    sentinelRootNodes: urls.map((each) => {
      const { hostname, port } = new URL(each)
      return { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? sentinelPort : Number(port) }
    }),
    nodeClientOptions: { ...toNodeOptions(url), ...(database === undefined ? {} : { database }) },
    sentinelClientOptions: { ...shared, ...(password === null ? {} : { password }) },
    scanInterval: scanMs,
  })
}

type Client = ReturnType<typeof createOne> | ReturnType<typeof createMany> | ReturnType<typeof createWatched>

/** Connects to the server, the Cluster, or the primary that the Sentinels name. Throws when `signal` is aborted. */
export async function connectRedis({ urls, sentinel }: RedisSettings, options: Options): Promise<Redis> {
  if (sentinel !== null) return connectWatched(createWatched(urls, sentinel), options)
  let failure: unknown
  for (const url of urls) {
    try {
      return await connectServer(url, urls, options)
    } catch (error) {
      failure = error
      options.signal.throwIfAborted()
    }
  }
  throw failure
}

async function connectWatched(client: ReturnType<typeof createWatched>, { onError, signal }: Options): Promise<Redis> {
  client.on('error', onError)
  const destroy = () => void client.destroy().catch(() => undefined)
  signal.addEventListener('abort', destroy, { once: true })
  await client.connect().finally(() => signal.removeEventListener('abort', destroy))
  signal.throwIfAborted()
  return { commands: client, messages: client, isReady: () => client.getMasterNode() !== undefined, destroy }
}

/** With several URLs an unreachable node is an error, so that the next one is tried. */
async function connectServer(url: string, urls: readonly string[], { onError, signal }: Options): Promise<Redis> {
  const client = urls.length === 1 ? createOne(url) : createProbe(url)
  client.on('error', onError)
  const abort = () => client.destroy()
  signal.addEventListener('abort', abort, { once: true })
  try {
    await client.connect()
    const [, mode] = /redis_mode:(\w+)/.exec(await client.info('server')) ?? []
    if (mode === 'sentinel') throw new Error(`${new URL(url).host} is a Sentinel. Set REDIS_SENTINEL.`)
    if (mode !== 'cluster' && urls.length > 1)
      throw new Error('REDIS_URL lists several servers that are not a Redis Cluster. Set one, or use Sentinel.')
    if (mode !== 'cluster') return await addMessages(client, onError)
  } catch (error) {
    if (client.isOpen) client.destroy()
    throw error
  } finally {
    signal.removeEventListener('abort', abort)
  }
  client.destroy()
  const cluster = createMany(urls)
  cluster.on('error', onError)
  await cluster.connect()
  return { commands: cluster, messages: cluster, isReady: () => true, destroy: () => cluster.destroy() }
}

const createProbe = (url: string) => createClient({ url, ...toOptions(false) })

async function addMessages(client: ReturnType<typeof createOne>, onError: (error: unknown) => void): Promise<Redis> {
  const messages = client.duplicate()
  messages.on('error', onError)
  const destroy = () => {
    client.destroy()
    messages.destroy()
  }
  await messages.connect()
  return { commands: client, messages, isReady: () => true, destroy }
}
