import { type ChildProcess, execFileSync, fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { findProcess, type MemberState } from '../server/cli/state.ts'
import { startProduct } from '../test/product.ts'
import { openRawReader } from '../test/raw-reader.ts'
import { startRedis } from '../test/redis.ts'
import { waitFor } from '../test/wait.ts'
import { startTimedFeed, startTimedMarket, toSentAt } from './cluster-feed.ts'
import type { ReaderReport } from './cluster-reader.ts'
import type { Bench } from './measure.ts'

const script = fileURLToPath(new URL('./cluster-reader.ts', import.meta.url))
const apiProcesses = 4
const readerProcesses = 2
/** Clients at which the memory of the processes counts as zero: their code is compiled and their buffers exist. */
const warmClients = 400
/** `CLUSTER_CLIENTS` gives another number. */
const clients = Number(process.env.CLUSTER_CLIENTS ?? 8000)
const kills = 5
const tickMs = 50
const windowMs = 250
const measureMs = 10_000
const settleMs = 1500
const limits = { p99_ms: windowMs + 250, kb_per_client: 16, lead_ms: 3000, fresh_ms: 5000 }

type Member = MemberState & { pid: number; url: string }
type Question = { open: number } | 'start' | 'report'

const ask = async (child: ChildProcess, question: Question): Promise<ReaderReport> => {
  child.send(question)
  const ended = once(child, 'exit').then(() => Promise.reject(new Error('a process of clients ended')))
  return (await Promise.race([once(child, 'message'), ended]))[0]
}
const askAll = (readers: readonly ChildProcess[], question: Question) =>
  Promise.all(readers.map((reader) => ask(reader, question)))

const listMembers = (dataDir: string): Promise<Member[]> =>
  waitFor(() => {
    const members = findProcess(dataDir)?.members ?? []
    const ready = members.filter((member): member is Member => member.url !== null && member.pid !== null)
    return ready.length > 0 && ready.length === members.length ? ready : undefined
  }, 'every process')

/** Resident memory of processes in kB. */
const readMemory = (members: readonly Member[]): number =>
  execFileSync('ps', ['-o', 'rss=', '-p', members.map(({ pid }) => pid).join()], { encoding: 'utf8' })
    .trim()
    .split(/\s+/)
    .reduce((sum, kb) => sum + Number(kb), 0)

const leads = ({ url }: Member): Promise<boolean> =>
  fetch(`${url}/metrics`, { signal: AbortSignal.timeout(1000) }).then(
    async (response) => (await response.text()).includes('\ncryptoflow_producer_leads 1'),
    () => false,
  )

const findLeader = (lives: readonly Member[]): Promise<Member> =>
  waitFor(async () => {
    const leading = await Promise.all(lives.map(leads))
    return lives.find((_, index) => leading[index])
  }, 'a leader')

/** The delay in ms that a share of the messages does not exceed. */
function findDelay(reports: readonly ReaderReport[], share: number): number {
  const total = reports.reduce((sum, { frames }) => sum + frames, 0)
  let count = 0
  return (reports[0]?.delays ?? []).findIndex((_, ms) => {
    count += reports.reduce((sum, { delays }) => sum + (delays[ms] ?? 0), 0)
    return count >= share * total
  })
}

/** Delivery to all clients while the feed sends, and what each of them missed once it has paused. */
async function measureDelivery(readers: readonly ChildProcess[], feed: { pause(paused: boolean): void }) {
  await askAll(readers, 'start')
  await pause(measureMs)
  const reports = await askAll(readers, 'report')
  feed.pause(true)
  await pause(settleMs)
  const ends = await askAll(readers, 'report')
  feed.pause(false)
  const sum = (key: 'frames' | 'missed' | 'resent' | 'closed') => ends.reduce((total, end) => total + end[key], 0)
  const newest = Math.max(...ends.map(({ last_last }) => last_last))
  const isBehind = ends.some(({ first_last }) => first_last < newest)
  return {
    messages_per_s: reports.reduce((total, { frames }) => total + frames, 0) / (measureMs / 1000),
    lost: sum('missed') + sum('resent') + sum('closed') + (isBehind ? 1 : 0),
    p50_ms: findDelay(reports, 0.5),
    p99_ms: findDelay(reports, 0.99),
  }
}

/** Kills the leading process. The times until another one leads, and until a client has a price sent after the kill. */
async function killLeader(dataDir: string, { port, epoch }: { port: number; epoch: number }) {
  const lives = (await listMembers(dataDir)).filter(({ name }) => name.startsWith('live'))
  const leader = await findLeader(lives)
  const fresh = Promise.withResolvers<number>()
  let killedAt = Number.POSITIVE_INFINITY
  const onText = (payload: Buffer) => {
    const price = /"prices":\{"[^"]+":([\d.]+)/.exec(payload.toString('latin1'))?.[1]
    if (price !== undefined && toSentAt(Number(price), epoch) > killedAt) fresh.resolve(Date.now())
  }
  const socket = await openRawReader(port, '/api/v1/ws/prices', { onText })
  process.kill(leader.pid, 'SIGKILL')
  killedAt = Date.now()
  await findLeader(lives.filter(({ pid }) => pid !== leader.pid))
  const lead_ms = Date.now() - killedAt
  const fresh_ms = (await fresh.promise) - killedAt
  socket.destroy()
  return { lead_ms, fresh_ms }
}

/**
 * A cluster of four `api` and two `live` processes with 8,000 clients: what they miss, the time from a source's tick to
 * the client, and memory per client. Then the leading `live` process is killed five times.
 */
export const bench: Bench = async () => {
  const epoch = Date.now()
  const [redis, market, feed] = await Promise.all([startRedis(), startTimedMarket(), startTimedFeed(epoch, tickMs)])
  const settings = {
    CRYPTOFLOW_MODE: 'live',
    ROLES: 'api',
    TRACKED_COINS: '50',
    REDIS_URL: redis.url,
    STREAM_SOURCES: 'coincap',
    COINCAP_WS_URL: feed.url,
    COINGECKO_BASE_URL: market.url,
    COINGECKO_CALLS_PER_MINUTE: '1000',
    BACKFILL_COINS: '1',
    STREAM_MAX_CLIENTS: '0',
    STREAM_MAX_CLIENTS_PER_IP: '0',
  }
  const options = ['cluster', '--api', String(apiProcesses), '--live', '2', '--jobs', '1']
  const product = await startProduct(settings, undefined, options)
  const port = Number(new URL(product.url).port)
  const readers = Array.from({ length: readerProcesses }, () => fork(script, [String(port), String(epoch)]))
  try {
    const apis = (await listMembers(product.dataDir)).filter(({ name }) => name.startsWith('api'))
    await askAll(readers, { open: warmClients / readerProcesses })
    await waitFor(async () => (await askAll(readers, 'report')).every(({ frames }) => frames > 0), 'prices')
    await pause(2 * settleMs)
    const before = readMemory(apis)
    const openedAt = performance.now()
    await askAll(readers, { open: (clients - warmClients) / readerProcesses })
    const open_s = (performance.now() - openedAt) / 1000
    await pause(settleMs)
    const delivery = await measureDelivery(readers, feed)
    const kb_per_client = ((readMemory(apis) - before) * 1.024) / (clients - warmClients)
    const times: Awaited<ReturnType<typeof killLeader>>[] = []
    while (times.length < kills) times.push(await killLeader(product.dataDir, { port, epoch }))
    const lead_ms = Math.max(...times.map((time) => time.lead_ms))
    const fresh_ms = Math.max(...times.map((time) => time.fresh_ms))
    const measured = { p99_ms: delivery.p99_ms, kb_per_client, lead_ms, fresh_ms }
    const shares = Object.entries(limits).map(([key, limit]) => measured[key as keyof typeof limits] / limit)
    const each = Object.fromEntries(
      times.flatMap((time, index) => [
        [`lead_${index + 1}_ms`, time.lead_ms],
        [`fresh_${index + 1}_ms`, time.fresh_ms],
      ]),
    )
    return {
      ratio: Math.max(...shares, 2 * delivery.lost),
      limit: 1,
      clients,
      open_s,
      ...delivery,
      ...measured,
      ...each,
    }
  } finally {
    for (const reader of readers) reader.kill('SIGKILL')
    await product.stop()
    feed.close()
    await Promise.all([market.close(), redis.stop()])
  }
}
