import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ClientFrame } from '../../contract/live.ts'
import { toClientFrames } from './subscription.ts'

const coin = fc.string({ minLength: 1, maxLength: 60 })
const coins = fc.uniqueArray(coin, { maxLength: 1000 })

/** What the server follows after these frames; a first subscription narrows from every coin. */
function follow(current: readonly string[] | null, frames: readonly string[]): Set<string> {
  const followed = new Set(current ?? [])
  for (const text of frames) {
    const frame: ClientFrame = JSON.parse(text)
    if (frame.type === 'subscribe') for (const id of frame.coins) followed.add(id)
    if (frame.type === 'unsubscribe') for (const id of frame.coins) followed.delete(id)
    assert.ok(followed.size <= 1000, 'more than the server lets one reader follow')
    assert.ok(Buffer.byteLength(text) <= 16_384, 'longer than the server takes')
  }
  return followed
}

test('the frames lead from what is followed to what is wanted, and none is more than the server takes', () => {
  fc.assert(
    fc.property(fc.option(coins), coins, (current, wanted) => {
      const frames = toClientFrames(current === null ? null : new Set(current), new Set(wanted))
      assert.deepEqual(follow(current, frames), new Set(wanted))
    }),
  )
})

test('as many coins as one reader may follow, with long names, are asked for and let go in frames that are short enough', () => {
  const named = (letter: string) => Array.from({ length: 1000 }, (_, index) => letter.repeat(60) + index)
  const [current, wanted] = [named('a'), named('b')]
  const frames = toClientFrames(new Set(current), new Set(wanted))
  assert.ok(frames.length > 2)
  assert.deepEqual(follow(current, frames), new Set(wanted))
})

test('nothing is sent when nothing changes, and a page without prices keeps those of every coin', () => {
  assert.deepEqual(toClientFrames(new Set(['a']), new Set(['a'])), [])
  assert.deepEqual(toClientFrames(null, new Set()), [])
})
