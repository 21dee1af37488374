import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inZone } from '../../test/zone.ts'
import { formatDuration, formatMoment, formatUtc, type Precision } from './moment.ts'

test('an instant is told by the clock of its reader, across midnight and the change of the clocks', () => {
  const at = '2026-03-29T00:59:59.400Z'
  const told = (zone: string, precision?: Precision, instant = at) =>
    inZone(zone, () => formatMoment(instant, 'local', precision))
  assert.equal(told('Europe/Berlin', 'second'), '29 Mar 01:59:59')
  assert.equal(told('Europe/Berlin', 'time', '2026-03-29T01:00:00Z'), '03:00')
  assert.equal(told('America/New_York'), '28 Mar 20:59')
  assert.equal(told('Asia/Kolkata', 'time'), '06:29')
  assert.equal(formatMoment(at, 'UTC'), '29 Mar 00:59')
  assert.equal(formatMoment('2026-01-01T00:00:00Z', 'UTC'), '1 Jan 00:00')
  assert.equal(formatUtc(at), '2026-03-29 00:59:59 UTC')
})

test('a duration is told in the unit that reads best, and never as 60 of one', () => {
  const told: [number, string][] = [
    [-1, '0 ms'],
    [0.0404, '40 ms'],
    [0.9994, '999 ms'],
    [0.9996, '1.0 s'],
    [9.94, '9.9 s'],
    [9.96, '10 s'],
    [59.4, '59 s'],
    [59.6, '1 min 00 s'],
    [125, '2 min 05 s'],
    [3599.6, '1 h 00 min'],
    [4325, '1 h 12 min'],
  ]
  for (const [seconds, text] of told) assert.equal(formatDuration(seconds), text)
})
