import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JobHealth } from '../../../contract/pipeline.ts'
import { toJobName, toJobStatus } from './pipeline-labels.ts'

test('shows a first run and a healthy run in progress as running, and problems as such', () => {
  const states = ['healthy', 'late', 'failing', 'never_run', 'paused'] as const
  const toWords = (is_running: boolean) => states.map((state) => toJobStatus({ state, is_running } as JobHealth).word)
  assert.deepEqual(toWords(false), ['Healthy', 'Late', 'Failing', 'Never run', 'Paused'])
  assert.deepEqual(toWords(true), ['Running', 'Late', 'Failing', 'Running', 'Paused'])
})

test('names an unknown job by its id', () => {
  assert.equal(toJobName('transform_aggregates'), 'Daily candles')
  assert.equal(toJobName('a_removed_job'), 'a_removed_job')
})
