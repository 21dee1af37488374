import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JobHealth } from '../../../contract/pipeline.ts'
import type { TableQuality } from '../../../contract/quality.ts'
import { toJobState, toQualityState } from './health-labels.ts'

const job = (state: JobHealth['state'], is_running = false) => ({ state, is_running }) as JobHealth
const table = (score: number, severities: string[] = []) =>
  ({
    table_name: `t${score}`,
    score,
    incidents: severities.map((severity) => ({ severity })),
  }) as unknown as TableQuality

test('a job is healthy only when it says so, and one that runs for the first time is neither good nor bad', () => {
  assert.deepEqual(
    (['healthy', 'late', 'failing', 'never_run'] as const).map((state) => toJobState(job(state, true)).tone),
    ['good', 'fair', 'bad', 'none'],
  )
  assert.equal(toJobState(job('never_run', true)).word, 'First run')
  assert.equal(toJobState(job('never_run')).word, 'Not run yet')
})

test('the quality is that of the worst table, and a critical incident is bad whatever the score', () => {
  assert.equal(toQualityState([]), null)
  assert.deepEqual(toQualityState([table(100), table(100)]), {
    word: '100 of 100',
    tone: 'good',
    note: '2 tables, no incident',
  })
  assert.deepEqual(toQualityState([table(100), table(83)]), { word: '83 of 100', tone: 'fair', note: 'lowest: t83' })
  assert.deepEqual(toQualityState([table(100, ['minor'])]), {
    word: '100 of 100',
    tone: 'fair',
    note: '1 open incident',
  })
  assert.equal(toQualityState([table(90, ['minor']), table(95, ['critical'])])?.tone, 'bad')
})
