import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { createClient } from '@redis/client'
import { systemClock } from '../server/clock.ts'
import type { Bus } from '../server/live/bus.ts'
import { openRedisBus } from '../server/live/redis-bus.ts'
import { createLog } from '../server/log.ts'
import { startRedis } from '../test/redis.ts'
import { waitFor } from '../test/wait.ts'
import { type Bench, median } from './measure.ts'

const script = fileURLToPath(new URL('./bus-echo.ts', import.meta.url))
const rounds = 2000
const warmup = 200
const prices = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`coin-${index}`, 100 + index / 7]))
const feed = { source: 'bench', last_price_at: 0, sources: [] }

/** Median time in ms from sending a message to the confirmation of its arrival, one message at a time. */
async function measure(child: ChildProcess, send: (seq: number) => Promise<unknown>): Promise<number> {
  const times: number[] = []
  for (let seq = 1; seq <= warmup + rounds; seq += 1) {
    const arrived = once(child, 'message')
    const started = performance.now()
    const sent = send(seq)
    await arrived
    if (seq > warmup) times.push(performance.now() - started)
    await sent
  }
  return median(times)
}

/**
 * A message of 50 changed prices from one process through Redis to another, confirmed over a pipe: through the bus,
 * which also stores the prices, against a bare node-redis publish of the same bytes.
 */
export const bench: Bench = async () => {
  const redis = await startRedis()
  const child = fork(script, [redis.url])
  try {
    await once(child, 'message')
    const bus: Bus = openRedisBus({
      redis: { urls: [redis.url], sentinel: null, prefix: '' },
      clock: systemClock,
      log: createLog({ pretty: false, level: 'warn' }),
    })
    const bare = await createClient({ url: redis.url }).connect()
    const message = (seq: number) => ({ term: 1, seq, ts: 0, full: seq === 1, prices, gone: [], feed })
    const isReady = () =>
      bus
        .publish(message(0), () => prices)
        .then(
          () => true,
          () => false,
        )
    await waitFor(isReady)
    await systemClock.sleep(500)
    const bus_ms = await measure(child, (seq) => bus.publish(message(seq), () => prices))
    const publish_ms = await measure(child, (seq) => bare.publish('bare', JSON.stringify(message(seq))))
    await bus.close()
    bare.destroy()
    return { ratio: bus_ms / publish_ms, limit: 2, bus_p50_ms: bus_ms, publish_p50_ms: publish_ms }
  } finally {
    child.kill('SIGKILL')
    await redis.stop()
  }
}
