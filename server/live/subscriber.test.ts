import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSubscriber } from './subscriber.ts'

const kib = 1024

function createSink() {
  const sink = { open: true, buffered: 0, sent: [] as string[] }
  const subscriber = createSubscriber({
    isOpen: () => sink.open,
    bufferedBytes: () => sink.buffered,
    send: (frame) => sink.sent.push(String(frame)),
  })
  const frame = (text: string) => subscriber.onFrame(Buffer.from(text), () => Buffer.from(`snapshot before ${text}`))
  return { sink, frame, isStalled: () => subscriber.isStalled() }
}

test('a client misses messages from 64 KiB of backlog until all is sent, then gets a snapshot', () => {
  const { sink, frame } = createSink()
  frame('1')
  sink.buffered = 64 * kib
  frame('2')
  assert.deepEqual(sink.sent, ['1', '2'])
  sink.buffered = 64 * kib + 1
  frame('3')
  sink.buffered = 1
  frame('4')
  assert.deepEqual(sink.sent, ['1', '2'])
  sink.buffered = 0
  frame('5')
  frame('6')
  assert.deepEqual(sink.sent, ['1', '2', 'snapshot before 5', '6'])
})

test('a closed client gets nothing', () => {
  const { sink, frame } = createSink()
  sink.open = false
  frame('1')
  sink.buffered = 64 * kib + 1
  frame('2')
  sink.open = true
  sink.buffered = 0
  frame('3')
  assert.deepEqual(sink.sent, ['3'])
})

test('a client is stalled after more than 10 s of backlog', (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: 1000 })
  const { sink, frame, isStalled } = createSink()
  frame('1')
  t.mock.timers.setTime(60_000)
  assert.equal(isStalled(), false, 'no backlog')
  sink.buffered = 64 * kib + 1
  frame('2')
  assert.equal(isStalled(), false)
  t.mock.timers.setTime(65_000)
  frame('3')
  t.mock.timers.setTime(70_000)
  assert.equal(isStalled(), false, 'after 10 s')
  t.mock.timers.setTime(70_001)
  assert.equal(isStalled(), true, 'after 10.001 s, whatever was missed in between')
  sink.buffered = 0
  frame('4')
  assert.equal(isStalled(), false)
})
