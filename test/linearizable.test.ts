import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findUnexplained, type Model, type Operation } from './linearizable.ts'

type Input = 'read' | number

/** A number that is written and read. */
const register: Model<number, Input, number> = {
  initial: 0,
  step: (state, input, answer) => {
    if (input !== 'read') return input
    return answer === undefined || answer === state ? state : undefined
  },
  toKey: String,
}

const at = (from: number, until: number, input: Input, answer?: number): Operation<Input, number> => ({
  input,
  answer,
  from,
  until,
})
const find = (...operations: Operation<Input, number>[]) => findUnexplained(register, operations)

test('a read returns the last write that was answered, or one in progress', () => {
  assert.equal(find(at(1, 2, 5, 5), at(3, 4, 'read', 5)), undefined)
  assert.deepEqual(find(at(1, 2, 5, 5), at(3, 4, 'read', 0)), at(3, 4, 'read', 0), 'a lost write')
  assert.equal(find(at(1, 4, 5, 5), at(2, 3, 'read', 0)), undefined)
  assert.equal(find(at(1, 4, 5, 5), at(2, 3, 'read', 5)), undefined)
  assert.equal(find(at(1, 2, 5, 5), at(3, 6, 7, 7), at(4, 5, 'read', 9))?.input, 'read', 'a value nobody wrote')
})

test('two reads during a write do not go back', () => {
  const write = at(1, 8, 5, 5)
  assert.equal(find(write, at(2, 3, 'read', 0), at(4, 5, 'read', 5)), undefined)
  assert.deepEqual(find(write, at(2, 3, 'read', 5), at(4, 5, 'read', 0)), at(4, 5, 'read', 0))
})

test('concurrent writes happen in one order', () => {
  const writes = [at(1, 10, 5, 5), at(2, 11, 7, 7)]
  assert.equal(find(...writes, at(3, 4, 'read', 7), at(5, 6, 'read', 5)), undefined)
  const thrice = [at(3, 4, 'read', 7), at(5, 6, 'read', 5), at(7, 8, 'read', 7)]
  assert.deepEqual(find(...writes, ...thrice), thrice[2], 'a write takes effect once')
})

test('an operation without an answer happened or not, but not later', () => {
  const killed = at(1, 4, 5)
  assert.equal(find(killed, at(5, 6, 'read', 5)), undefined)
  assert.equal(find(killed, at(5, 6, 'read', 0)), undefined)
  assert.equal(find(killed, at(2, 3, 'read', 0), at(5, 6, 'read', 5)), undefined)
  assert.deepEqual(find(killed, at(5, 6, 'read', 0), at(7, 8, 'read', 5)), at(7, 8, 'read', 5))
})
