import assert from 'node:assert/strict'
import { test } from 'node:test'
import { jobIds, type RunStatus, type TimelineRun } from '../../../contract/pipeline.ts'
import { findLastRun, findMark, toDrawingOrder, toDurations, toJobTimelines, toTicks } from './timeline.ts'

const span = { from: '2026-06-11T12:30:00.000Z', to: '2026-06-12T12:30:00.000Z' }
let id = 0

function toRun(
  start: string,
  end: string | null,
  status: RunStatus = 'success',
  job = 'ingest_market_data',
): TimelineRun {
  id += 1
  const duration_seconds = end === null ? 0 : (Date.parse(end) - Date.parse(start)) / 1000
  return {
    id,
    job_id: job,
    status,
    trigger: 'schedule',
    attempt: 1,
    start_time: start,
    end_time: end,
    duration_seconds,
    records_processed: 50,
  }
}

test('clips runs to the time shown, and leaves out earlier ones', () => {
  const runs = [
    toRun('2026-06-11T11:00:00.000Z', '2026-06-11T12:29:59.000Z'),
    toRun('2026-06-11T11:30:00.000Z', '2026-06-11T13:42:00.000Z'),
    toRun('2026-06-12T00:30:00.000Z', '2026-06-12T06:30:00.000Z', 'failed'),
    toRun('2026-06-12T11:18:00.000Z', null, 'running'),
    toRun('2026-06-12T12:30:01.000Z', null, 'running'),
  ]
  const [ingest] = toJobTimelines({ ...span, runs }, jobIds)
  assert.deepEqual(
    ingest?.marks.map(({ left, width, failed }) => [left, width, failed]),
    [
      [0, 5, false],
      [50, 25, true],
      [95, 5, false],
    ],
  )
  assert.equal(ingest?.failures, 1)
})

test('gives every job its own runs, in pipeline order', () => {
  const runs = [
    toRun('2026-06-12T03:00:00.000Z', '2026-06-12T03:00:01.000Z', 'success', 'transform_aggregates'),
    toRun('2026-06-12T03:10:00.000Z', '2026-06-12T03:10:01.000Z', 'abandoned'),
    toRun('2026-06-12T03:20:00.000Z', '2026-06-12T03:20:01.000Z', 'success', 'a_removed_job'),
  ]
  const timelines = toJobTimelines({ ...span, runs }, jobIds)
  assert.deepEqual(
    timelines.map(({ job_id, marks, failures }) => [job_id, marks.length, failures]),
    [
      ['ingest_market_data', 1, 1],
      ['exchange_candles', 0, 0],
      ['backfill_history', 0, 0],
      ['transform_aggregates', 1, 0],
      ['compute_analytics', 0, 0],
      ['data_quality_checks', 0, 0],
    ],
  )
})

test('draws a failure on top, and prefers it near the pointer', () => {
  const runs = [
    toRun('2026-06-12T00:20:00.000Z', '2026-06-12T00:20:10.000Z', 'failed'),
    toRun('2026-06-12T00:30:00.000Z', '2026-06-12T00:30:10.000Z'),
    toRun('2026-06-12T06:30:00.000Z', '2026-06-12T06:30:10.000Z'),
  ]
  const [{ marks } = { marks: [] }] = toJobTimelines({ ...span, runs }, jobIds)
  assert.deepEqual(
    toDrawingOrder(marks).map(({ failed }) => failed),
    [false, false, true],
  )
  assert.equal(findMark(marks, 50, 1), 0)
  assert.equal(findMark(marks, 50, 0.1), 1)
  assert.equal(findMark(marks, 100, 1), 2)
  assert.equal(findMark(marks, 0, 1), 0)
  assert.equal(findMark([], 50, 1), -1)
})

test('labels the full hours within the time shown', () => {
  const ticks = toTicks(span, 6)
  assert.deepEqual(
    ticks.map(({ at }) => new Date(at).toISOString().slice(11, 16)),
    ['18:00', '00:00', '06:00', '12:00'],
  )
  assert.equal(ticks[0]?.left, (100 * 5.5) / 24)
})

test('lists the durations of the newest successful runs', () => {
  const runs = [
    toRun('2026-06-12T00:10:00.000Z', '2026-06-12T00:10:01.000Z'),
    toRun('2026-06-12T00:20:00.000Z', '2026-06-12T00:20:02.000Z'),
    toRun('2026-06-12T00:30:00.000Z', '2026-06-12T00:39:00.000Z', 'failed'),
    toRun('2026-06-12T00:40:00.000Z', '2026-06-12T00:40:03.000Z'),
  ]
  assert.deepEqual(toDurations(runs, 'ingest_market_data', 2), [2, 3])
  assert.deepEqual(toDurations(runs, 'backfill_history', 2), [])
  assert.equal(findLastRun(runs, 'ingest_market_data', '2026-06-12T00:30:00.000Z')?.status, 'failed')
  assert.equal(findLastRun(runs, 'ingest_market_data', '2027-01-01T00:00:00.000Z'), undefined)
})
