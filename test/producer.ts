import { mock, type TestContext } from 'node:test'
import { unknownClock } from '../contract/clock.ts'
import type { FeedReport } from '../contract/live.ts'
import { systemClock } from '../server/clock.ts'
import { type Bus, type BusMessage, createMemoryBus } from '../server/live/bus.ts'
import { startProducer, type TickKeeper, type TrackedPrice } from '../server/live/producer.ts'
import { createLog } from '../server/log.ts'
import type { Feed } from '../server/sources/feed.ts'
import type { Tick } from '../server/sources/source.ts'

export const start = 1_700_000_000_000

export const toTracked = (prices: Record<string, number>, priced_at = start): TrackedPrice[] =>
  Object.entries(prices).map(([coingecko_id, price_usd], index) => ({
    coin_id: index + 1,
    coingecko_id,
    price_usd,
    priced_at,
  }))

export const toTick = (coingecko_id: string, price_usd: number, source_at: number | null = Date.now()): Tick => ({
  coingecko_id,
  price_usd,
  source_at,
  received_at: Date.now(),
  source: 'binance',
})

const feedReport: FeedReport = {
  source: 'binance',
  state: 'good',
  problem: null,
  retry_at: null,
  last_tick_at: null,
  failures: 0,
  ticks: 1,
  refused: { garbage: 0, older: 0, equal: 0, future: 0, jump: 0, no_rate: 0, clock: 0 },
}

type Setup = {
  bus?: Bus
  tracked?: TrackedPrice[]
  term?: number
  now?: () => number
  /** Neither feed nor keeper. */
  isAlone?: boolean
}

/** Starts a producer at a mocked time with a feed whose ticks the test sends. `pass`: lets time pass. */
export async function openProducer(
  t: TestContext,
  { bus = createMemoryBus(), tracked = [], term = 1, now = () => Date.now(), isAlone = false }: Setup = {},
) {
  mock.timers.enable({ apis: ['Date', 'setTimeout'], now: start })
  const heard: BusMessage[] = []
  bus.subscribe((message) => heard.push(structuredClone(message)))
  const followed: string[][] = []
  const kept: Tick[] = []
  const keptCoins: [string, number][][] = []
  const keeper: TickKeeper = {
    add: (ticks) => kept.push(...ticks),
    follow: (coins) => keptCoins.push([...coins]),
  }
  const market: { tracked: TrackedPrice[] | Error } = { tracked }
  const references: unknown[] = []
  const ended: string[] = []
  let receive: (ticks: Tick[]) => void = () => undefined
  const feed: Feed = {
    follow: (ids) => followed.push([...ids]),
    noteReferences: (prices) => references.push(prices),
    report: () => ({ source: 'binance', sources: [feedReport], clock: unknownClock }),
    stop: async () => {
      await Promise.resolve()
      ended.push('feed')
    },
  }
  const openFeed = (onTicks: (ticks: Tick[]) => void) => {
    receive = onTicks
    return feed
  }
  const listTracked = async () => {
    if (market.tracked instanceof Error) throw market.tracked
    return market.tracked
  }
  const clock = { ...systemClock, now: () => now() }
  const lines: string[] = []
  const log = createLog({ pretty: false, level: 'debug', write: (line) => lines.push(line) })
  const listLogged = () => lines.map((line) => JSON.parse(line)).map(({ msg, error }) => ({ msg, error }))
  const parts = isAlone ? { openFeed: null, keeper: null } : { openFeed, keeper }
  const producer = await startProducer({ bus, clock, log, listTracked, term, ...parts })
  t.after(async () => {
    await producer.stop()
    mock.timers.reset()
  })
  const pass = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 10) {
      mock.timers.tick(10)
      for (let turn = 0; turn < 5; turn += 1) await Promise.resolve()
    }
  }
  await pass(10)
  const told = { heard, followed, kept, keptCoins, references, ended, listLogged }
  return { ...told, market, receive: (...ticks: Tick[]) => receive(ticks), pass, producer }
}
