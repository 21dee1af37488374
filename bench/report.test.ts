import assert from 'node:assert/strict'
import { test } from 'node:test'
import { replaceSection, toSection } from './report.ts'

const document = '# Benchmarks\n\n## bus\n\nold\n\n## risk\n\nkept\n'

test('a section replaces the one of its benchmark and leaves the others', () => {
  assert.equal(replaceSection(document, 'bus', '## bus\n\nnew\n'), '# Benchmarks\n\n## bus\n\nnew\n\n## risk\n\nkept\n')
  assert.equal(replaceSection(document, 'tick', '## tick\n\nnew\n'), `${document}\n## tick\n\nnew\n`)
})

test('a section names command, result and numbers', () => {
  const section = toSection('bus', { ratio: 1.7512, limit: 2, bus_p50_ms: 0.12345, rows: 123456.7 })
  assert.match(section, /`npm run bench -- bus`, \d{4}-\d\d-\d\d, .*: ratio 1\.75, limit 2: within the limit\./)
  assert.match(section, /\| bus_p50_ms \| 0\.123 \|\n\| rows \| 123,457 \|/)
  assert.match(toSection('bus', { ratio: 2.1, limit: 2 }), /over the limit/)
})
