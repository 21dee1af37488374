import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { createAccountsApi, signUp } from '../../test/accounts.ts'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import type { AppError } from '../errors.ts'
import type { Db } from '../warehouse/db.ts'
import { deleteForgiven, forgiveAttempt, rememberSignIn, takeAttempt } from '../warehouse/login-throttle.ts'
import { Throttle } from './throttle.ts'

let database: TestDatabase
let serial = 0
before(async () => {
  database = await createTestDatabase()
})
after(() => database.drop())

/** `now()` is constant within a transaction, which makes times exact. */
const atOneMoment = (work: (tx: Db) => Promise<void>) => database.db.transaction().execute(work)

const letPass = (db: Db, seconds: number) =>
  sql`update login_throttle set updated_at = updated_at - make_interval(secs => ${seconds}::float8)`.execute(db)

async function countTaken(take: () => Promise<boolean>, max = 200): Promise<number> {
  for (let taken = 0; taken < max; taken += 1) if (!(await take())) return taken
  return max
}

const isTaken = (attempt: Promise<void>): Promise<boolean> =>
  attempt.then(
    () => true,
    ({ code }: AppError) => {
      assert.equal(code, 'rate_limited')
      return false
    },
  )

test('expires attempts one at a time and does not count rejected ones', async () => {
  const key = Buffer.from('exact')
  await atOneMoment(async (tx) => {
    const take = () => takeAttempt(tx, { key, capacity: 5, secondsEach: 60 })
    assert.equal(await countTaken(take), 5)
    for (let count = 0; count < 10; count += 1) assert.equal(await take(), false)
    await letPass(tx, 59.999)
    assert.equal(await take(), false, 'a millisecond early')
    await letPass(tx, 0.001)
    assert.equal(await countTaken(take), 1, 'at 60 s')
    await letPass(tx, 179.999)
    assert.equal(await countTaken(take), 2, 'just under 180 s')
    await letPass(tx, 86_400)
    assert.equal(await countTaken(take), 5, 'a day later no more than the capacity')
  })
})

test('a success removes one attempt from its bucket, never below zero', async () => {
  await atOneMoment(async (tx) => {
    const bucket = (name: string) => ({ key: Buffer.from(name), capacity: 3, secondsEach: 60 })
    const take = (name: string) => () => takeAttempt(tx, bucket(name))
    for (const name of ['one', 'other']) assert.equal(await countTaken(take(name)), 3)
    await forgiveAttempt(tx, bucket('one').key)
    assert.deepEqual([await countTaken(take('one')), await countTaken(take('other'))], [1, 0])
    for (let count = 0; count < 9; count += 1) await forgiveAttempt(tx, bucket('one').key)
    assert.equal(await countTaken(take('one')), 3)
  })
})

test('deletes a bucket once it is empty, and a remembered address after 90 days', async () => {
  const { id } = await signUp(await createAccountsApi(database), { db: database.db })
  await atOneMoment(async (tx) => {
    await sql`delete from login_throttle`.execute(tx)
    const key = Buffer.from('kept')
    await takeAttempt(tx, { key, capacity: 5, secondsEach: 60 })
    const expire = (seconds: number) =>
      sql`update login_throttle set expires_at = expires_at - make_interval(secs => ${seconds}::float8)`.execute(tx)
    await expire(300)
    assert.equal(await deleteForgiven(tx), 0, 'at 5 times 60 s')
    await expire(0.001)
    assert.equal(await deleteForgiven(tx), 1, 'a millisecond later')
    await takeAttempt(tx, { key, capacity: 5, secondsEach: 60 })
    await rememberSignIn(tx, key, Number(id))
    await takeAttempt(tx, { key, capacity: 5, secondsEach: 60 })
    await expire(90 * 86_400)
    assert.equal(await deleteForgiven(tx), 0, 'at 90 days')
    await expire(0.001)
    assert.equal(await deleteForgiven(tx), 1)
  })
})

/** Rules of the throttle: bucket, capacity, seconds until one attempt expires, and attempts. */
const rules: [name: string, capacity: number, seconds: number, toAttempt: (count: number) => [string, string]][] = [
  ['an account at an address', 5, 60, () => ['ada@example.org', '203.0.113.1']],
  ['an address', 30, 20, (count) => [`person-${count}@example.org`, '203.0.113.2']],
  ['an account', 100, 30, (count) => ['eve@example.org', `10.1.${count >> 8}.${count & 255}`]],
]

for (const [name, capacity, seconds, toAttempt] of rules)
  test(`${name} has ${capacity} attempts and one more after ${seconds} s`, async () => {
    await atOneMoment(async (tx) => {
      const throttle = new Throttle(tx, 'key')
      let count = 0
      const take = () => {
        const [email, address] = toAttempt(count)
        count += 1
        return isTaken(throttle.take({ email, address }))
      }
      assert.equal(await countTaken(take), capacity)
      await letPass(tx, seconds - 0.001)
      assert.equal(await take(), false)
      await letPass(tx, 0.001)
      assert.equal(await countTaken(take, 3), 1)
    })
  })

test('allows 60 registrations per address and one more after 10 s', async () => {
  await atOneMoment(async (tx) => {
    const throttle = new Throttle(tx, 'key')
    const take = () => isTaken(throttle.takeRegistration('203.0.113.3'))
    assert.equal(await countTaken(take), 60)
    await letPass(tx, 9.999)
    assert.equal(await take(), false)
    await letPass(tx, 0.001)
    assert.equal(await countTaken(take), 1)
  })
})

test('a correct password resets its account at its address and removes one attempt from other buckets', async () => {
  const { id } = await signUp(await createAccountsApi(database), { db: database.db })
  await atOneMoment(async (tx) => {
    const throttle = new Throttle(tx, 'key')
    const attempt = { email: 'grace@example.org', address: '203.0.113.4' }
    const take = () => isTaken(throttle.take(attempt))
    assert.equal(await countTaken(take), 5)
    await throttle.forgive(attempt, Number(id))
    assert.equal(await countTaken(take), 5)
    const others = await countTaken(() => {
      serial += 1
      return isTaken(throttle.take({ email: `other-${serial}@example.org`, address: attempt.address }))
    })
    assert.equal(others, 30 - (5 - 1) - 5, 'of the address')
    const elsewhere = await countTaken(() => {
      serial += 1
      return isTaken(throttle.take({ email: attempt.email, address: `10.2.${serial >> 8}.${serial & 255}` }))
    })
    assert.equal(elsewhere, 100 - (5 - 1), 'of the account, excluding its known address')
  })
})
