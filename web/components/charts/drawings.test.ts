import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Drawing, findHit, moveDrawing, parseDrawings, startDrawing, tools, toShape } from './drawings.ts'

/** One pixel per unit of time and price, price upwards from 100. */
const project = ({ time, price }: { time: number; price: number }) => ({ x: time, y: 100 - price })
const area = { width: 200, formatPrice: (price: number) => price.toFixed(1) }
const drawing = (tool: Drawing['tool'], ...points: [number, number][]): Drawing => ({
  id: 'a',
  tool,
  anchors: points.map(([time, price]) => ({ time, price })),
  text: tool === 'text' ? 'Note' : '',
})
const shape = (of: Drawing) => {
  const found = toShape(of, project, area)
  assert.ok(found)
  return found
}

test('each tool is found by its handles and its body, and nowhere else', () => {
  const trend = shape(drawing('trend', [10, 10], [110, 60]))
  assert.equal(findHit(trend, { x: 111, y: 41 }, 4), 1)
  assert.equal(findHit(trend, { x: 60, y: 66 }, 4), 'body')
  assert.equal(findHit(trend, { x: 60, y: 80 }, 4), null)
  assert.equal(findHit(shape(drawing('horizontal', [50, 20])), { x: 190, y: 81 }, 4), 'body')
  const box = shape(drawing('rectangle', [10, 10], [60, 60]))
  assert.equal(findHit(box, { x: 35, y: 40 }, 4), 'body')
  assert.equal(findHit(box, { x: 35, y: 65 }, 4), null, 'the inside stays free to pan')
  assert.equal(findHit(shape(drawing('text', [10, 10])), { x: 30, y: 92 }, 4), 'body')
})

test('Fibonacci levels run from the second point back to the first', () => {
  const { segments } = shape(drawing('fibonacci', [0, 20], [100, 70]))
  assert.deepEqual(
    segments.flatMap(({ label }) => label ?? []),
    ['0 (70.0)', '0.236 (58.2)', '0.382 (50.9)', '0.5 (45.0)', '0.618 (39.1)', '0.786 (30.7)', '1 (20.0)'],
  )
})

test('a drawing moves as a whole or by one point', () => {
  const trend = drawing('trend', [10, 10], [20, 20])
  const [start, end] = [
    { time: 0, price: 10 },
    { time: 5, price: 20 },
  ]
  assert.deepEqual(moveDrawing(trend, 1, start, end).anchors, [{ time: 10, price: 10 }, end])
  assert.deepEqual(moveDrawing(trend, 'body', start, end).anchors, [
    { time: 15, price: 20 },
    { time: 25, price: 40 },
  ])
})

test('stored drawings are read back, and what is none is left out', () => {
  const drawings = tools.map((tool) => startDrawing(tool, { time: 1, price: 2 }, ' A note '))
  assert.deepEqual(parseDrawings(JSON.stringify(drawings)), drawings)
  assert.equal(drawings.at(-1)?.text, 'A note')
  for (const bad of ['{', '{}', 'null', '[null]', '[{"id":"a","tool":"pen","anchors":[],"text":""}]', null])
    assert.deepEqual(parseDrawings(bad), [])
  assert.deepEqual(parseDrawings('[{"id":"a","tool":"trend","anchors":[{"time":1,"price":2}],"text":""}]'), [])
})
