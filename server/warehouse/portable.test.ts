import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))
const sources = ['migrations', 'server/warehouse', 'server/quality'].flatMap((folder) => {
  try {
    return readdirSync(root + folder)
      .filter((name) => /\.(sql|ts)$/.test(name) && !name.endsWith('.test.ts'))
      .map((name) => ({ name: `${folder}/${name}`, text: readFileSync(`${root}${folder}/${name}`, 'utf8') }))
  } catch {
    return []
  }
})

/** Forms that a distributed PostgreSQL refuses. */
const forbidden: [string, RegExp][] = [
  ['now() in DO UPDATE SET', /do update set(?:(?!\bwhere\b)[^`;])*\bnow\(\)/i],
  ['MERGE', /\bmerge\s+into\b/i],
  ['CREATE TRIGGER', /\bcreate\s+(?:or\s+replace\s+)?(?:constraint\s+)?trigger\b/i],
  ['DETACH CONCURRENTLY', /\bdetach\s+partition\s+\S+\s+concurrently\b/i],
  ['err.constraint', /\b(?:err|error|cause)\.constraint\b/],
]

test('no statement uses syntax that does not run on a cluster', () => {
  assert.ok(sources.length > 5)
  for (const { name, text } of sources)
    for (const [form, pattern] of forbidden) assert.doesNotMatch(text, pattern, `${name} uses ${form}`)
})

test('the patterns match what they forbid', () => {
  const examples = [
    'on conflict (id) do update set a = excluded.a, updated_at = now()',
    'MERGE INTO t USING s ON true',
    'create or replace trigger x before insert on t',
    'alter table t detach partition p concurrently',
    'if (error.constraint === "x")',
  ]
  for (const [index, [form, pattern]] of forbidden.entries()) assert.match(examples[index] ?? '', pattern, form)
})

test('every table states its placement right after it is created', () => {
  const migrations = sources.filter(({ name }) => name.endsWith('.sql')).map(({ text }) => text)
  for (const text of migrations)
    for (const [, table, rest] of text.matchAll(
      /create table (\w+) \([\s\S]*?\)(?: with \([^)]*\)| partition by [^;]*)?;\n(.*)/g,
    ))
      assert.match(rest ?? '', new RegExp(`^select place_table\\('${table}', '\\w+'\\);`), table)
})
