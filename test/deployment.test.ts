import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'

const read = (name: string): string => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8')

test('compose and the image name only existing settings and files', () => {
  const config = read('server/config.ts')
  const names = [...`${read('compose.yaml')}`.matchAll(/^\s+([A-Z][A-Z_]+): /gm)].map(([, name]) => name ?? '')
  const ours = names.filter((name) => !name.startsWith('POSTGRES_'))
  assert.ok(ours.length > 10, ours.join())
  for (const name of ours) assert.match(config, new RegExp(`\\b${name}\\b`), name)
  const copied = /^COPY (package\.json .*) \.\/$/m.exec(read('Dockerfile'))?.[1]?.split(' ') ?? []
  for (const name of [...copied, 'server/main.ts']) assert.ok(existsSync(new URL(`../${name}`, import.meta.url)), name)
  assert.ok(copied.length > 1)
})

test('compose and the documents contain no URL with a password', () => {
  for (const name of ['compose.yaml', 'docs/deployment.md', 'README.md', '.env.example', 'SECURITY.md']) {
    const urls = read(name).match(/\b(postgres(ql)?|rediss?):\/\/[^\s`'"]*/g) ?? []
    for (const url of urls) assert.doesNotMatch(url, /:\/\/[^/@]*:[^/]*@/, `${name}: ${url}`)
  }
  const compose = read('compose.yaml')
  assert.match(compose, /^ +DATABASE_URL: postgres:\/\/cryptoflow@postgres:5432\/cryptoflow$/m)
  const [, asked] = /^ +DATABASE_PASSWORD: \$\{(\w+):\?.*\}$/m.exec(compose) ?? []
  assert.match(compose, new RegExp(`^ +POSTGRES_PASSWORD: \\$\\{${asked}:\\?`, 'm'))
})

test('the image runs as an ordinary user and contains no local settings or data', () => {
  const stages = read('Dockerfile').split(/^FROM /m)
  assert.match(stages.at(-1) ?? '', /^USER node$/m)
  const left = read('.dockerignore').split('\n')
  for (const name of ['.env', 'data', 'node_modules', '.git']) assert.ok(left.includes(name), name)
})
