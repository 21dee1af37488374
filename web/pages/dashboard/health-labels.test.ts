import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TableQuality } from '../../../contract/quality.ts'
import { toQualityHealth } from './health-labels.ts'

const table = (score: number, severities: string[] = []) =>
  ({
    table_name: 'dim_coin',
    score,
    incidents: severities.map((severity) => ({ severity })),
  }) as unknown as TableQuality

const read = (...tables: TableQuality[]) => {
  const { status, note } = toQualityHealth(tables)
  return [status.word, status.tone, note]
}

test('shows the score of the worst table, and a critical incident as bad at any score', () => {
  assert.deepEqual(read(), ['Not checked yet', 'quiet', 'Checks start after the first snapshot'])
  assert.deepEqual(read(table(100), table(100)), ['100%', 'quiet', '2 tables, no open incidents'])
  assert.deepEqual(read(table(100), table(83)), ['83.0%', 'warn', 'Lowest: Coins'])
  assert.deepEqual(read(table(100, ['minor'])), ['100%', 'warn', '1 open incident'])
  assert.deepEqual(read(table(90, ['minor']), table(95, ['critical'])), ['90.0%', 'bad', '2 open incidents'])
})
