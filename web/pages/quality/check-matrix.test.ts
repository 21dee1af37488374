import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { QualityHours } from '../../../contract/quality.ts'
import { move, toMatrix } from './check-matrix.ts'

const checks: QualityHours['checks'] = [
  {
    check_name: 'ingest_runs',
    table_name: 'pipeline_runs',
    latest: { status: 'passed', executed_at: '2026-06-12T12:10:00.000Z' },
    hours: [
      { hour: '2026-06-12T08:00:00.000Z', status: 'failed', verdicts: 6 },
      { hour: '2026-06-12T10:00:00.000Z', status: 'failed', verdicts: 6 },
      { hour: '2026-06-12T12:00:00.000Z', status: 'passed', verdicts: 2 },
    ],
  },
  { check_name: 'freshness', table_name: 'fact_market_data', latest: null, hours: [] },
  {
    check_name: 'late_runs',
    table_name: 'pipeline_runs',
    latest: { status: 'warning', executed_at: '2026-06-10T12:10:00.000Z' },
    hours: [],
  },
]

const answer = (to = '2026-06-12T12:40:00.000Z'): QualityHours => ({ from: '2026-06-12T09:00:00.000Z', to, checks })

test('gives each check a cell per hour, empty without a result', () => {
  const { hours, rows } = toMatrix(answer())
  assert.deepEqual(
    hours.map((hour) => new Date(hour).toISOString().slice(11, 16)),
    ['09:00', '10:00', '11:00', '12:00'],
  )
  assert.deepEqual(
    rows[0]?.cells.map(({ status, verdicts }) => [status, verdicts]),
    [
      [null, 0],
      ['failed', 6],
      [null, 0],
      ['passed', 2],
    ],
  )
  assert.equal(toMatrix(answer('2026-06-12T13:00:00.000Z')).rows[0]?.cells[4]?.status, null)
})

test('groups the checks by table, each with its newest result', () => {
  assert.deepEqual(
    toMatrix(answer()).rows.map(({ check_name, latest }) => [check_name, latest]),
    [
      ['ingest_runs', 'passed'],
      ['late_runs', 'warning'],
      ['freshness', null],
    ],
  )
})

test('moves within the matrix by keys', () => {
  const matrix = toMatrix(answer())
  const from = { row: 1, column: 2 }
  const to = (key: string, place = from) => {
    const next = move(matrix, place, key)
    return next === null ? null : [next.row, next.column]
  }
  assert.deepEqual(
    ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'Home', 'End', 'PageUp', 'PageDown'].map((key) => to(key)),
    [
      [0, 2],
      [2, 2],
      [1, 1],
      [1, 3],
      [1, 0],
      [1, 3],
      [0, 2],
      [2, 2],
    ],
  )
  assert.deepEqual(to('ArrowUp', { row: 0, column: 0 }), [0, 0])
  assert.deepEqual(to('ArrowRight', { row: 2, column: 3 }), [2, 3])
  assert.equal(to('Enter'), null)
})
