import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LineageNode } from '../../../contract/lineage.ts'
import { findRelated, toLinks } from './lineage-layout.ts'

const toNode = (id: string, kind: LineageNode['kind'], inputs: string[] = []) => ({ id, kind, inputs }) as LineageNode
const nodes = [
  toNode('a', 'source'),
  toNode('b', 'source'),
  toNode('facts', 'table', ['a']),
  toNode('candles', 'table', ['facts']),
  toNode('minutes', 'table', ['b']),
  toNode('/coins', 'page', ['candles', 'minutes']),
]

test('draws a line per input: between columns, or as an arc beside the tables', () => {
  assert.deepEqual(
    toLinks(nodes).map(({ from, to, gap, path }) => [from, to, gap, path.slice(0, path.indexOf(' C'))]),
    [
      ['a', 'facts', 'left', 'M 0 32'],
      ['facts', 'candles', 'left', 'M 100 42'],
      ['b', 'minutes', 'left', 'M 0 104'],
      ['candles', '/coins', 'right', 'M 0 104'],
      ['minutes', '/coins', 'right', 'M 0 176'],
    ],
  )
})

test('finds what a node comes from and what comes from it', () => {
  assert.deepEqual([...findRelated(nodes, 'candles')].sort(), ['/coins', 'a', 'candles', 'facts'])
  assert.deepEqual([...findRelated(nodes, '/coins')].sort(), ['/coins', 'a', 'b', 'candles', 'facts', 'minutes'])
})
