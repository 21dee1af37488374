import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toCsv } from '../../../components/charts/chart-table.ts'
import { listDays, toHistoryTable } from './history-table.ts'

const day = (date: string, close: number, change_pct: number | null, volume: number | null = 5e9) => ({
  date,
  timestamp: `${date}T00:00:00Z`,
  open: 100,
  high: 130,
  low: 90,
  close,
  volume,
  samples: 145,
  close_at: null,
  granularity: null,
  change_pct,
})

test('lists days newest first, with the close-to-close change of the API', () => {
  const days = listDays([day('2026-02-27', 100, null), day('2026-02-28', 110, 10)])
  assert.deepEqual(
    days.map(({ date, change }) => [date, change]),
    [
      ['2026-02-28', 0.1],
      ['2026-02-27', null],
    ],
  )
})

test('exports names with units, every digit, and empty unknown values', () => {
  const table = toHistoryTable('Bitcoin', [
    day('2026-02-27', 100, null),
    day('2026-02-28', 110.123456789, 10.123456789, null),
  ])
  assert.deepEqual(toCsv(table).split('\r\n').slice(0, 3), [
    'date,open_usd,high_usd,low_usd,close_usd,return,volume_usd',
    `2026-02-28,100,130,90,110.123456789,${10.123456789 / 100},`,
    '2026-02-27,100,130,90,100,,5000000000',
  ])
})
