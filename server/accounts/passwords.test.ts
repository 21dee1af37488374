import assert from 'node:assert/strict'
import crypto, { argon2Sync } from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { test } from 'node:test'
import { call, cheap, createAccountsApi, goodPassword, signUp } from '../../test/accounts.ts'
import { createTestDatabase } from '../../test/database.ts'
import { AppError } from '../errors.ts'
import { isCommonPassword } from './common-passwords.ts'
import { HashQueue } from './hash-queue.ts'
import { defaultCost, Passwords } from './passwords.ts'

test('hashes with salted argon2id in PHC format and verifies only the right password', async () => {
  const passwords = new Passwords()
  const hash = await passwords.hash(goodPassword)
  assert.match(hash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
  assert.notEqual(await passwords.hash(goodPassword), hash)
  assert.equal(await passwords.verify(goodPassword, hash), true)
  assert.equal(await passwords.verify(`${goodPassword} `, hash), false)
  assert.equal(await passwords.verify(goodPassword, undefined), false)
})

test('verifies a hash of the reference implementation', async () => {
  const hash = '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4'
  assert.equal(await new Passwords(cheap).verify('password', hash), true)
  assert.equal(await new Passwords(cheap).verify('passwort', hash), false)
})

test('compares all 256 characters and treats Unicode forms as equal', async () => {
  const passwords = new Passwords(cheap)
  const long = 'x'.repeat(256)
  const hash = await passwords.hash(long)
  assert.equal(await passwords.verify(`${long.slice(0, 255)}y`, hash), false)
  const composed = await passwords.hash('caf\u00e9 au lait')
  assert.equal(await passwords.verify('cafe\u0301 au lait', composed), true)
})

test('rejects common passwords and variations; accepts long and random ones', () => {
  for (const password of [
    'password',
    'Password1!',
    'P@ssw0rd',
    '123456789',
    '19840521',
    'qwertyuiop',
    'aaaaaaaa',
    'iloveyou',
    'abcabcabc',
    'monkeymonkey',
    'Summer2026!',
    '1qaz2wsx',
    'trustno1',
    'dragon123',
    'Bitcoin2026',
    '!!letmein!!',
  ])
    assert.equal(isCommonPassword(password), true, password)
  for (const password of [
    goodPassword,
    'tr0ub4dor&3',
    'xk29fja0',
    'correct horse battery staple',
    '583920184726',
    'Zwölf Boxkämpfer',
  ])
    assert.equal(isCommonPassword(password), false, password)
})

test('hashes up to two passwords at once and rejects work when the queue is full', async () => {
  const queue = new HashQueue()
  let running = 0
  let most = 0
  const gates: (() => void)[] = []
  const work = async () => {
    running += 1
    most = Math.max(most, running)
    await new Promise<void>((resolve) => gates.push(resolve))
    running -= 1
  }
  const accepted = Array.from({ length: 50 }, () => queue.run(work))
  await assert.rejects(queue.run(work), (error) => {
    assert.ok(error instanceof AppError)
    assert.deepEqual([error.code, error.details.retryAfterSeconds], ['unavailable', 2])
    return true
  })
  let done = 0
  for (const one of accepted)
    one.then(() => {
      done += 1
    })
  while (done < accepted.length) {
    gates.shift()?.()
    await new Promise((resolve) => setImmediate(resolve))
  }
  assert.equal(most, 2)
  await assert.rejects(
    queue.run(() => Promise.reject(new Error('broken'))),
    /broken/,
  )
  const after = queue.run(work)
  await new Promise((resolve) => setImmediate(resolve))
  gates.shift()?.()
  await after
})

test('responds to sign-ins with 503 and Retry-After when the queue is full', async (t) => {
  const database = await createTestDatabase()
  const app = await createAccountsApi(database, { cost: { ...defaultCost, passes: 1 } })
  t.after(() => app.close().then(database.drop))
  const answers = await Promise.all(
    Array.from({ length: 70 }, (_, n) =>
      call(app, 'POST /auth/login', {
        body: { email: `nobody-${n}@example.org`, password: 'some guess' },
        address: `10.0.0.${n}`,
      }),
    ),
  )
  const statuses = new Set(answers.map(({ status }) => status))
  assert.ok(
    [...statuses].every((status) => status === 401 || status === 503),
    [...statuses].join(),
  )
  const rejected = answers.filter(({ status }) => status === 503)
  assert.ok(rejected.length > 0)
  for (const { headers } of rejected) assert.equal(headers['retry-after'], '2')
})

/** CPU time of this thread in ms, independent of the load of the machine. */
const sinceMs = (start: NodeJS.CpuUsage): number => {
  const { user, system } = process.threadCpuUsage(start)
  return (user + system) / 1000
}
const cpuOf = (work: () => void): number => {
  const start = process.threadCpuUsage()
  work()
  return sinceMs(start)
}

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0

test('does the same work for known and unknown accounts and keeps the event loop responsive', async (t) => {
  const database = await createTestDatabase()
  const app = await createAccountsApi(database, { cost: defaultCost })
  t.after(() => app.close().then(database.drop))
  const { email } = await signUp(app)
  let at = 0
  const time = async (name: string) => {
    at += 1
    const started = performance.now()
    const body = { email: name, password: 'some guess' }
    const { status } = await call(app, 'POST /auth/login', { body, address: `10.1.${at >> 8}.${at & 255}` })
    assert.equal(status, 401)
    return performance.now() - started
  }
  const made = t.mock.method(crypto, 'argon2')
  syncBuiltinESMExports()
  t.after(syncBuiltinESMExports)
  const known: number[] = []
  const unknown: number[] = []
  for (let n = 0; n < 15; n += 1) {
    known.push(await time(email))
    unknown.push(await time(`nobody-${n}@example.org`))
  }
  const work = made.mock.calls.map(({ arguments: [algorithm, { message, nonce, ...cost }] }) => ({
    ...{ algorithm, message, saltBytes: Buffer.byteLength(nonce) },
    ...cost,
  }))
  assert.equal(work.length, 30)
  for (const one of work)
    assert.deepEqual(one, {
      ...{ algorithm: 'argon2id', message: 'some guess', saltBytes: 16, tagLength: 32 },
      ...defaultCost,
    })
  t.diagnostic(`median of known / unknown = ${(median(known) / median(unknown)).toFixed(3)}`)

  const hashes = 16
  const oneHash = cpuOf(() =>
    argon2Sync('argon2id', { message: 'x', nonce: Buffer.alloc(16), tagLength: 32, ...defaultCost }),
  )
  let longest = 0
  let turn = process.threadCpuUsage()
  const watch = setInterval(() => {
    longest = Math.max(longest, sinceMs(turn))
    turn = process.threadCpuUsage()
  }, 1)
  const before = process.threadCpuUsage()
  await Promise.all(Array.from({ length: hashes }, (_, n) => time(`nobody-${n}@example.net`)))
  clearInterval(watch)
  assert.ok(longest <= 100, `the event loop was blocked for ${longest.toFixed()} ms`)
  const each = sinceMs(before) / hashes
  assert.ok(each < oneHash / 2, `a sign-in takes ${each.toFixed(1)} ms of CPU time, a hash ${oneHash.toFixed(1)} ms`)
})

test('rehashes a password at the next sign-in when the cost changes', async (t) => {
  const database = await createTestDatabase()
  const old = await createAccountsApi(database, { cost: cheap })
  const next = await createAccountsApi(database, { cost: { ...cheap, passes: 2 } })
  t.after(() => Promise.all([old.close(), next.close()]).then(database.drop))
  const { email } = await signUp(old)
  const getHash = async () => (await database.pool.query('select password_hash from users')).rows[0].password_hash
  assert.match(await getHash(), /\$m=64,t=1,p=1\$/)
  const body = { email, password: goodPassword }
  const wrong = await call(next, 'POST /auth/login', { body: { email, password: 'wrong guess' } })
  assert.equal(wrong.status, 401)
  assert.match(await getHash(), /t=1/)
  const answers = await Promise.all([1, 2, 3].map(() => call(next, 'POST /auth/login', { body })))
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 200],
  )
  assert.match(await getHash(), /\$m=64,t=2,p=1\$/)
  assert.equal((await call(next, 'POST /auth/login', { body })).status, 200)
})
