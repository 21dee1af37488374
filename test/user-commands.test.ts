import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type Product, startProduct } from './product.ts'

const main = fileURLToPath(new URL('../server/main.ts', import.meta.url))
const password = 'a fine day at the lake'

let product: Product
before(async () => {
  product = await startProduct({ ROLES: 'api', TRACKED_COINS: '5' })
})
after(() => product.stop())

/** Runs a `cryptoflow user` command beside the product, with `input` on its standard input. */
async function user(args: string[], input = ''): Promise<{ code: number; said: string }> {
  const env = { ...process.env, DATA_DIR: product.dataDir, CRYPTOFLOW_MODE: 'demo', LOG_LEVEL: 'warn' }
  const child = spawn(process.execPath, [main, 'user', ...args], { env })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk))
  child.stdin.end(input)
  const [code] = await once(child, 'close')
  return { code, said }
}

const post = (path: string, body: object, token?: string) =>
  fetch(`${product.url}/api/v1${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  })

async function login(email: string, secret = password) {
  const answer = await post('/auth/login', { email, password: secret })
  const { access_token = '' } = (await answer.json()) as { access_token?: string }
  return { status: answer.status, token: access_token }
}

const audit = async (token: string) =>
  (await fetch(`${product.url}/api/v1/audit`, { headers: { authorization: `Bearer ${token}` } })).status

test('starts without accounts and without a default password', async () => {
  assert.doesNotMatch((await user(['list'])).said, /@/)
  assert.equal((await login('admin@example.org', 'admin')).status, 401)
  assert.equal(statSync(join(product.dataDir, 'auth-secrets')).mode & 0o777, 0o600)
})

test('creates the first administrator, and manages roles, passwords and accounts', async () => {
  const made = await user(['create', 'Admin@Example.org', '--admin', '--name', 'The Admin'], `${password}\n`)
  assert.deepEqual(
    [made.code, /Created account admin@example\.org in the demo warehouse/.test(made.said)],
    [0, true],
    made.said,
  )
  const { token } = await login('admin@example.org')
  assert.equal(await audit(token), 200)

  assert.equal((await post('/auth/register', { email: 'ada@example.org', password })).status, 201)
  const ada = await login('ada@example.org')
  assert.equal(await audit(ada.token), 403)
  const { said } = await user(['list'])
  assert.match(said, /administrator .* 1 admin@example\.org/)
  assert.match(said, /user .* 1 ada@example\.org/)

  assert.match((await user(['role', 'ada@example.org', 'administrator'])).said, /now has the role administrator/)
  assert.equal(await audit(ada.token), 401, 'the session from before has ended')
  assert.equal(await audit((await login('ada@example.org')).token), 200)
  assert.match((await user(['role', 'ada@example.org', 'administrator'])).said, /already has the role administrator/)

  const other = 'a better day at sea'
  assert.equal((await user(['password', 'ada@example.org'], `${other}\n`)).code, 0)
  assert.equal((await login('ada@example.org')).status, 401)
  assert.equal((await login('ada@example.org', other)).status, 200)

  assert.match((await user(['delete', 'ada@example.org'])).said, /Deleted the account/)
  assert.equal((await login('ada@example.org', other)).status, 401)
})

test('reports invalid input and changes nothing', async () => {
  const cases: [string[], string, RegExp][] = [
    [['create'], password, /Email missing/],
    [['create', 'no email'], password, /must be an address/],
    [['create', 'x@example.org'], '', /Enter the password on a terminal/],
    [['create', 'x@example.org'], 'Password1!', /too easy to guess/],
    [['role', 'admin@example.org', 'king'], '', /Choose one of user, administrator/],
    [['delete', 'nobody@example.org'], '', /No account has the email nobody@example\.org/],
    [['promote'], '', /Command missing/],
  ]
  const told = async ([args, input, words]: (typeof cases)[number]) => {
    const { code, said } = await user(args, input)
    assert.deepEqual([code, words.test(said)], [1, true], `${args.join(' ')}: ${said}`)
    assert.doesNotMatch(said, / at .*\.ts:\d/)
  }
  await Promise.all(cases.map(told))
  assert.doesNotMatch(product.output(), new RegExp(`${password}|argon2|eyJ`))
})
