import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))
const read = (folder: string, ending: RegExp) =>
  readdirSync(root + folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => ending.test(name) && !name.endsWith('.test.ts'))
    .map((name) => ({ name: `${folder}/${name}`, text: readFileSync(`${root}${folder}/${name}`, 'utf8') }))
const migrations = read('migrations', /\.sql$/)
const server = read('server', /\.ts$/)

test('errors are told apart by their code: names of constraints differ on a cluster', () => {
  assert.ok(server.length > 100)
  for (const { name, text } of server) assert.doesNotMatch(text, /\b(?:err|error|cause)\.constraint\b/, name)
})

test('partitions are created and dropped in one file', () => {
  const pattern = /\btable \S+ partition of\b|\b(?:at|de)tach partition\b/i
  const names = server.filter(({ text }) => pattern.test(text)).map(({ name }) => name)
  assert.deepEqual(names, ['server/warehouse/partitions.ts'])
})

test('every table states its placement right after it is created', () => {
  const tables = migrations.flatMap(({ text }) => [
    ...text.matchAll(/create table (\w+) \([\s\S]*?\)(?: with \([^)]*\)| partition by [^;]*)?;\n(.*)/g),
  ])
  assert.ok(tables.length > 20)
  for (const [, table, rest] of tables)
    assert.match(rest ?? '', new RegExp(`^select place_table\\('${table}', '\\w+'\\);`), table)
})
