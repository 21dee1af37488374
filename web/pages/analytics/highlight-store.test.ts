import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createHighlight } from './highlight-store.ts'

test('notifies charts only when the highlighted coins change', () => {
  const store = createHighlight()
  const heard: (readonly number[])[] = []
  const stop = store.subscribe(() => heard.push(store.get().ids))
  store.set([1], 'scatter')
  store.set([1], 'scatter')
  store.set([1, 2], 'heatmap')
  store.set([], 'heatmap')
  store.set([], null)
  stop()
  store.set([3], 'scatter')
  assert.deepEqual(heard, [[1], [1, 2], []])
})
