import assert from 'node:assert/strict'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import pg from 'pg'
import { negotiateTls, toPoolConfig } from '../../server/warehouse/connect.ts'
import { openPool } from '../../server/warehouse/db.ts'
import { quietLog } from '../database.ts'
import { Sandbox } from './embedded-sandbox.ts'
import { startOutsideServer } from './outside-server.ts'

/** `encrypted`, `plain`, or the error of a connection by URL. */
async function connectBy(url: string): Promise<string> {
  try {
    const connection = await negotiateTls(url)
    for (const pool of [openPool(connection, { log: quietLog, max: 1 }), new pg.Pool(toPoolConfig(connection))])
      try {
        const { rows } = await pool.query('select ssl from pg_stat_ssl where pid = pg_backend_pid()')
        if (pool.options.max !== 1) return rows[0].ssl ? 'encrypted' : 'plain'
      } finally {
        await pool.end()
      }
    return 'nothing'
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

async function assertModes(expected: [string, string | RegExp][], toUrl: (query: string) => string): Promise<void> {
  for (const [query, result] of expected) {
    const found = await connectBy(toUrl(query))
    if (typeof result === 'string') assert.equal(found, result, query)
    else assert.match(found, result, query)
  }
}

const open = (t: TestContext, rules: string) => startOutsideServer(new Sandbox(t), rules)
const selfSigned = /self.signed certificate|unable to (verify|get)/i

test('treats sslmode as libpq does, with a certificate of a private authority', async (t) => {
  const { port, certificates } = await open(t, 'host all all 127.0.0.1/32 trust')
  const root = `sslrootcert=${join(certificates, 'root.crt')}`
  const other = `sslrootcert=${join(certificates, 'server.crt')}`
  const missing = `sslrootcert=${join(certificates, 'missing.crt')}`
  const expected: [string, string | RegExp][] = [
    ['', 'encrypted'],
    ['sslmode=disable', 'plain'],
    ['sslmode=allow', 'plain'],
    ['sslmode=prefer', 'encrypted'],
    ['sslmode=require', 'encrypted'],
    ['sslmode=no-verify', 'encrypted'],
    [`sslmode=require&${missing}`, 'encrypted'],
    [`sslmode=require&${root}`, 'encrypted'],
    [`sslmode=require&${other}`, selfSigned],
    [`sslmode=prefer&${other}`, 'plain'],
    ['sslmode=verify-ca', /verify-ca needs sslrootcert/],
    [`sslmode=verify-ca&${missing}`, /file of sslrootcert is missing/],
    [`sslmode=verify-ca&${root}`, 'encrypted'],
    [`sslmode=verify-ca&${other}`, selfSigned],
    ['sslmode=verify-full', selfSigned],
    ['sslmode=require&sslrootcert=system', selfSigned],
    [`sslmode=verify-full&${root}`, 'encrypted'],
    ['sslmode=always', /sslmode is "always" and must be one of disable, allow, prefer, require/],
  ]
  await assertModes(expected, (query) => `postgres://cryptoflow@localhost:${port}/cryptoflow?${query}`)
  const byAddress: [string, string | RegExp][] = [
    [`sslmode=verify-ca&${root}`, 'encrypted'],
    [`sslmode=verify-full&${root}`, /IP: 127\.0\.0\.1|altnames/],
  ]
  await assertModes(byAddress, (query) => `postgres://cryptoflow@127.0.0.1:${port}/cryptoflow?${query}`)
})

test('by default uses TLS where the server requires it, and none where it refuses it', async (t) => {
  const strict = await open(t, 'hostssl all all 127.0.0.1/32 trust')
  const plain = await open(t, 'hostnossl all all 127.0.0.1/32 trust')
  const toUrl =
    ({ port }: { port: number }) =>
    (query: string) =>
      `postgres://cryptoflow@localhost:${port}/cryptoflow?${query}`
  await assertModes(
    [
      ['', 'encrypted'],
      ['sslmode=allow', 'encrypted'],
      ['sslmode=disable', /no encryption/],
    ],
    toUrl(strict),
  )
  await assertModes(
    [
      ['', 'plain'],
      ['sslmode=prefer', 'plain'],
      ['sslmode=require', /SSL encryption/],
    ],
    toUrl(plain),
  )
})
