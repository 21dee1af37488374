import assert from 'node:assert/strict'
import { mock, type TestContext } from 'node:test'
import { Value } from 'typebox/value'
import { Heartbeat, LiveStatus, PriceUpdate, type ServerFrame } from '../contract/live.ts'
import { systemClock } from '../server/clock.ts'
import { Hub } from '../server/live/hub.ts'
import { createPublisher } from './publisher.ts'

/** A hub with mocked time, its producer, and readers of the frames that it sends. */
export function openHub(t: TestContext) {
  mock.timers.enable({ apis: ['Date', 'setInterval'], now: 1_000_000 })
  let shift = 0
  const hub = new Hub({ ...systemClock, now: () => Date.now() + shift })
  hub.start()
  t.after(() => {
    hub.stop()
    mock.timers.reset()
  })
  const shapes = { price_update: PriceUpdate, heartbeat: Heartbeat, status: LiveStatus }
  const parse = (bytes: Buffer): ServerFrame => {
    const frame: ServerFrame = JSON.parse(String(bytes))
    assert.ok(Value.Check(shapes[frame.type], frame), String(bytes))
    return frame
  }
  const read = () => {
    const buffers: Buffer[] = []
    const subscription = hub.add({ onFrame: (frame) => buffers.push(frame) })
    return { buffers, subscription, frames: () => buffers.map(parse) }
  }
  const setBack = (ms: number) => {
    shift -= ms
  }
  return { hub, read, setBack, ...createPublisher(hub, { source: 'coincap' }) }
}
