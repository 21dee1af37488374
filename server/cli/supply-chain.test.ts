import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { countLicenses, findSupplyProblems, type Lockfile, type Manifest, readAudit } from './supply-chain.ts'

const read = (name: string) => JSON.parse(readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8'))

test('our packages have exact versions, checksums and a decision on each install script', () => {
  assert.deepEqual(findSupplyProblems(read('package.json'), read('package-lock.json')), [])
  assert.doesNotMatch(JSON.stringify(read('package-lock.json')), /"resolved"/)
})

test('reports version ranges, missing checksums and undecided install scripts', () => {
  const manifest = { dependencies: { a: '^1.0.0', b: '1.0.0' }, allowScripts: { c: true } } as unknown as Manifest
  const lock: Lockfile = {
    packages: {
      '': {},
      'node_modules/a': { integrity: 'x', license: 'MIT' },
      'node_modules/b': { license: 'MIT' },
      'node_modules/c': { integrity: 'x', hasInstallScript: true },
      'node_modules/c/node_modules/@d/e': { integrity: 'x', hasInstallScript: true },
      'node_modules/f': { inBundle: true },
    },
  }
  const [loose, unsummed, undecided, ...more] = findSupplyProblems(manifest, lock)
  assert.match(loose ?? '', /^a has the version range \^1\.0\.0/)
  assert.match(unsummed ?? '', /^b has no checksum/)
  assert.match(undecided ?? '', /^@d\/e has an install script/)
  assert.deepEqual(more, [])
  assert.deepEqual(countLicenses(lock)[0], ['unknown', ['c', '@d/e', 'f']])
})

test('returns null when the registry does not answer the audit', () => {
  assert.equal(readAudit('{"message":"405 Method Not Allowed"}'), null)
  assert.equal(readAudit(''), null)
  assert.deepEqual(readAudit('{"metadata":{"vulnerabilities":{"high":1,"total":1}}}'), { high: 1, total: 1 })
})
