import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { CoinSet } from './coin-set.ts'

const ids = fc.array(fc.oneof(fc.constantFrom('bitcoin', 'ethereum', 'tether', '', '__proto__'), fc.string()), {
  maxLength: 12,
})
const edits = fc.array(fc.record({ adds: fc.boolean(), ids }), { maxLength: 12 })

/** Applies the edits to a `CoinSet` and to a plain `Set`. */
function applyEdits(steps: { adds: boolean; ids: string[] }[]): { set: CoinSet; model: Set<string> } {
  const set = new CoinSet()
  const model = new Set<string>()
  for (const step of steps) {
    if (step.adds) set.add(step.ids)
    else set.remove(step.ids)
    for (const id of step.ids) step.adds ? model.add(id) : model.delete(id)
  }
  return { set, model }
}

test('has the ids of a plain set, and equal sets have the same key regardless of insertion order', () => {
  fc.assert(
    fc.property(edits, (steps) => {
      const { set, model } = applyEdits(steps)
      assert.deepEqual([...set].sort(), [...model].sort())
      assert.equal(set.size, model.size)
      for (const id of [...model, 'nobody']) assert.equal(set.has(id), model.has(id))
      assert.equal(set.key, new CoinSet([...model].reverse()).key)
    }),
  )
})

test('different sets have different keys', () => {
  fc.assert(
    fc.property(edits, edits, (one, other) => {
      const [a, b] = [applyEdits(one), applyEdits(other)]
      const isSame = a.model.size === b.model.size && [...a.model].every((id) => b.model.has(id))
      assert.equal(a.set.key === b.set.key, isSame)
    }),
  )
  const keys = new Set(Array.from({ length: 20_000 }, (_, index) => new CoinSet([`coin-${index}`, 'bitcoin']).key))
  assert.equal(keys.size, 20_000)
})
