import assert from 'node:assert/strict'
import { test } from 'node:test'
import { filterLog, toLogText } from './log-filter.ts'

const log = [
  { time: '2026-11-24T12:00:00.000Z', level: 'info', message: 'job started', trigger: 'manual' },
  { time: '2026-11-24T12:00:01.000Z', level: 'warn', message: 'history fetch failed', coin: 'bitcoin' },
  { time: '2026-11-24T12:00:02.000Z', level: 'error', message: 'job failed', codes: [1, 2] },
]

test('filters by level and by text in message and fields, in any case', () => {
  const find = (level: 'info' | 'warn' | 'error', text = '') =>
    filterLog(log, { level, text }).map((line) => log.indexOf(line as never))
  assert.deepEqual(find('info'), [0, 1, 2])
  assert.deepEqual(find('warn'), [1, 2])
  assert.deepEqual(find('error'), [2])
  assert.deepEqual(find('info', ' BITCOIN '), [1])
  assert.deepEqual(find('error', 'bitcoin'), [])
})

test('writes a line per entry, with its fields', () => {
  assert.equal(
    toLogText(log.slice(1)),
    '2026-11-24T12:00:01.000Z warn  history fetch failed coin bitcoin\n2026-11-24T12:00:02.000Z error job failed codes [1,2]\n',
  )
})
