import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parseDocument } from 'yaml'
import { settings } from '../server/config.ts'

const read = (name: string): string => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8')

test('compose and the image name only existing settings and files', () => {
  const compose = read('compose.yaml') + read('compose.scale.yaml')
  const names = [...compose.matchAll(/^\s+([A-Z][A-Z_]+): /gm)].map(([, name]) => name ?? '')
  const ours = names.filter((name) => !name.startsWith('POSTGRES_'))
  assert.ok(ours.length > 10, ours.join())
  for (const name of ours) assert.ok(name in settings, name)
  const copied = /^COPY (package\.json .*) \.\/$/m.exec(read('Dockerfile'))?.[1]?.split(' ') ?? []
  for (const name of [...copied, 'server/main.ts']) assert.ok(existsSync(new URL(`../${name}`, import.meta.url)), name)
  assert.ok(copied.length > 1)
})

test('compose and the documents contain no URL with a password', () => {
  for (const name of [
    'compose.yaml',
    'compose.scale.yaml',
    'docs/deployment.md',
    'README.md',
    '.env.example',
    'SECURITY.md',
  ]) {
    const urls = read(name).match(/\b(postgres(ql)?|rediss?):\/\/[^\s`'"]*/g) ?? []
    for (const url of urls) assert.doesNotMatch(url, /:\/\/[^/@]*:[^/]*@/, `${name}: ${url}`)
  }
  const compose = read('compose.yaml')
  assert.match(compose, /^ +DATABASE_URL: postgres:\/\/cryptoflow@postgres:5432\/cryptoflow$/m)
  const [, asked] = /^ +DATABASE_PASSWORD: \$\{(\w+):\?.*\}$/m.exec(compose) ?? []
  assert.match(compose, new RegExp(`^ +POSTGRES_PASSWORD: \\$\\{${asked}:\\?`, 'm'))
})

test('the compose file of several processes changes existing services and publishes only the proxy', () => {
  const scale = parseDocument(read('compose.scale.yaml'), { customTags: [{ tag: '!reset', collection: 'seq' }] })
  assert.deepEqual([...scale.errors, ...scale.warnings], [])
  const { proxy, ...changed } = scale.toJS().services
  const { services, ...rest } = parseDocument(read('compose.yaml'), { merge: true }).toJS()
  assert.deepEqual(Object.keys(rest), ['x-app', 'volumes'])
  for (const [name, service] of Object.entries(changed)) {
    assert.ok(name in services, name)
    assert.equal(services[name].environment.ROLES.split(',')[0], name)
    assert.ok('deploy' in (service as object), name)
  }
  assert.deepEqual(changed.api.ports, [])
  assert.deepEqual(proxy.ports, ['127.0.0.1:3000:80'])
  const [, upstream, port] = /dynamic a (\w+) (\d+)/.exec(scale.toJS().configs.caddy.content) ?? []
  assert.deepEqual([upstream, port, services.api.ports], ['api', '3000', ['127.0.0.1:3000:3000']])
})

test('the image runs as an ordinary user and contains no local settings or data', () => {
  const stages = read('Dockerfile').split(/^FROM /m)
  assert.match(stages.at(-1) ?? '', /^USER node$/m)
  const left = read('.dockerignore').split('\n')
  for (const name of ['.env', 'data', 'node_modules', '.git']) assert.ok(left.includes(name), name)
})
