import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import { toSeconds } from '../clock.ts'
import type { Hub } from '../live/hub.ts'
import type { ProducerReport } from '../live/stream.ts'
import type { Db } from '../warehouse/db.ts'
import { addWarehouse } from './warehouse-metrics.ts'

/** What the metrics cover. `produced` returns null while another process leads. */
export type MetricSources = { hub: Hub | null; produced: (() => ProducerReport | null) | null; db: Db | null }

const feedStates = ['off', 'connecting', 'good', 'waiting', 'resting'] as const

/** The registry behind `/metrics`. Values are read at each scrape. Timestamps are Unix seconds. */
export function createMetrics({ hub, produced, db }: MetricSources): Registry {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix: 'cryptoflow_' })
  if (hub !== null) addHub(registry, hub)
  if (produced !== null) addProducer(registry, produced)
  if (db !== null) addWarehouse(registry, db)
  return registry
}

function addHub(registry: Registry, hub: Hub): void {
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name: `cryptoflow_stream_${name}`,
      help,
      registers: [registry],
      collect() {
        this.set(read())
      },
    })
  gauge('clients', 'Connected clients of the price stream of this process', () => hub.clients)
  gauge('stale', '1 when the prices of this process are stale', () => Number(hub.status().stale))
  gauge('last_price_timestamp_seconds', 'Timestamp of the newest streamed price', () =>
    hub.feed.last_price_at === null ? Number.NaN : toSeconds(hub.feed.last_price_at),
  )
  new Counter({
    name: 'cryptoflow_stream_frames_total',
    help: 'Messages sent to stream clients',
    registers: [registry],
    collect() {
      this.reset()
      this.inc(hub.framesSent)
    },
  })
}

function addProducer(registry: Registry, read: () => ProducerReport | null): void {
  const registers = [registry]
  new Gauge({
    name: 'cryptoflow_producer_leads',
    help: '1 when this process produces the price stream',
    registers,
    collect() {
      this.set(Number(read() !== null))
    },
  })
  addFeeds(registry, () => read()?.feeds ?? [])
  const bars: ['bars_written' | 'ticks_dropped', string][] = [
    ['bars_written', '1-minute candles written to the warehouse'],
    ['ticks_dropped', 'Ticks dropped because they fit no 1-minute candle'],
  ]
  for (const [key, help] of bars)
    new Counter({
      name: `cryptoflow_minute_${key}_total`,
      help,
      registers,
      collect() {
        this.reset()
        this.inc(read()?.bars[key] ?? 0)
      },
    })
}

function addFeeds(registry: Registry, list: () => ProducerReport['feeds']): void {
  const registers = [registry]
  const counters: ['ticks' | 'failures', string][] = [
    ['ticks', 'Prices accepted from a price source'],
    ['failures', 'Lost connections to a price source'],
  ]
  for (const [key, help] of counters)
    new Counter({
      name: `cryptoflow_feed_${key}_total`,
      help,
      labelNames: ['source'],
      registers,
      collect() {
        this.reset()
        for (const { source, [key]: count } of list()) this.inc({ source }, count)
      },
    })
  new Counter({
    name: 'cryptoflow_feed_refused_total',
    help: 'Rejected prices of a price source',
    labelNames: ['source', 'reason'],
    registers,
    collect() {
      this.reset()
      for (const { source, refused } of list())
        for (const [reason, count] of Object.entries(refused)) this.inc({ source, reason }, count)
    },
  })
  new Gauge({
    name: 'cryptoflow_feed_state',
    help: '1 for the current state of a price source',
    labelNames: ['source', 'state'],
    registers,
    collect() {
      this.reset()
      for (const { source, state } of list())
        for (const name of feedStates) this.set({ source, state: name }, Number(name === state))
    },
  })
  new Gauge({
    name: 'cryptoflow_feed_last_tick_timestamp_seconds',
    help: 'Timestamp of the last price of a price source',
    labelNames: ['source'],
    registers,
    collect() {
      this.reset()
      for (const { source, last_tick_at } of list())
        if (last_tick_at !== null) this.set({ source }, toSeconds(last_tick_at))
    },
  })
}
