import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { analyticsPeriods, type CorrelationMatrix, type VolatilityRanking } from '../contract/analytics.ts'
import type { CoinOhlcv } from '../contract/charts.ts'
import type { JobHealth, RunList } from '../contract/pipeline.ts'
import { createDataFolder } from './data-folder.ts'
import { type Product, startProduct } from './product.ts'
import { waitFor } from './wait.ts'

const main = fileURLToPath(new URL('../server/main.ts', import.meta.url))
const password = 'a fine day at the lake'

let product: Product
const folder = createDataFolder()
before(async () => {
  product = await startProduct({ ROLES: 'api,jobs', TRACKED_COINS: '8' })
  await waitFor(
    async () => (await getHealth()).every(({ last_success_at }) => last_success_at !== null),
    'a first start',
    60_000,
  )
})
after(async () => {
  await product.stop()
  rmSync(folder, { recursive: true, force: true })
})

const getJson = async <T>(path: string, { url } = product): Promise<T> =>
  (await fetch(`${url}/api/v1${path}`)).json() as Promise<T>
const getHealth = () => getJson<JobHealth[]>('/pipeline/health')

type Output = { code: number; said: string; stdout: string; stderr: string }

/** Runs a command beside the product, or on another data folder, with `input` on its standard input. */
const run = (args: string[], { dataDir = product.dataDir, input = '' } = {}): Promise<Output> =>
  new Promise((resolve) => {
    const env = { ...process.env, DATA_DIR: dataDir, CRYPTOFLOW_MODE: 'auto', LOG_LEVEL: 'warn' }
    const child = execFile(process.execPath, [main, ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), said: stdout + stderr, stdout, stderr }),
    )
    child.stdin?.end(input)
  })

const user = (args: string[], input = '') => run(['user', ...args], { input })

test('has a year of candles and only healthy jobs after a first start', async () => {
  const { candles } = await getJson<CoinOhlcv>('/coins/bitcoin/ohlcv?days=365')
  assert.ok(candles.length >= 360, `${candles.length} candles`)
  for (const { state, is_healthy } of await getHealth()) assert.deepEqual([state, is_healthy], ['healthy', true])
  await waitFor(
    async () => (await getHealth()).every(({ next_run_at }) => Date.parse(next_run_at ?? '') > Date.now()),
    'runs that are due to begin',
  )
})

test('has analytics for every period after a first start', async () => {
  for (const period of analyticsPeriods) {
    const ranking = await getJson<VolatilityRanking>(`/analytics/volatility?period_days=${period}`)
    assert.equal(ranking.length, 8)
    const known = ranking.filter(({ volatility }) => volatility !== null)
    assert.ok(known.length >= 5, `${known.length} coins have figures over ${period} days`)
    const { matrix, ids } = await getJson<CorrelationMatrix>(`/analytics/correlation?period_days=${period}`)
    assert.equal(ids.length, 8)
    assert.ok(matrix.flat().filter((value) => value !== null && value !== 1).length >= 20, `${period} days`)
  }
})

test('lists, runs and cancels jobs, and rejects an unknown name', async () => {
  const { said: list } = await run(['job', 'list'])
  for (const { job_id } of await getHealth()) assert.match(list, new RegExp(`${job_id} +healthy`))
  const full = await run(['job', 'run', 'transform_aggregates', '--full'])
  assert.match(full.said, /success, \d{4,} rows read, \d{4,} written, 0 rejected/)
  const { items } = await getJson<RunList>('/pipeline/runs?job_id=transform_aggregates&status=success')
  assert.deepEqual([items[0]?.trigger, items[0]?.details.full], ['manual', true])
  const idle = await run(['job', 'run', 'backfill_history'])
  assert.deepEqual([idle.code, /skipped, no history is missing/.test(idle.said)], [0, true], idle.said)
  const wrong = await run(['job', 'run', 'everything'])
  assert.deepEqual([wrong.code, /Choose one of ingest_market_data/.test(wrong.said)], [1, true])
  const none = await run(['job', 'cancel', 'ingest_market_data'])
  assert.deepEqual([none.code, /No run of ingest_market_data is in progress/.test(none.said)], [1, true])
})

test('prints only results to standard output, as JSON on request', async () => {
  const status = await run(['status', '--json'])
  const { running, url, database, live } = JSON.parse(status.stdout)
  assert.deepEqual([status.code, running, url, database, typeof live.clients], [0, true, product.url, 'ok', 'number'])
  const jobs = JSON.parse((await run(['job', 'list', '--json'])).stdout) as JobHealth[]
  assert.deepEqual(
    jobs.map(({ job_id }) => job_id),
    (await getHealth()).map(({ job_id }) => job_id),
  )
  const done = await run(['job', 'run', 'backfill_history', '--json'])
  assert.deepEqual(
    [done.code, JSON.parse(done.stdout).status, JSON.parse(done.stdout).job_id],
    [0, 'skipped', 'backfill_history'],
  )
  for (const args of [['migrate'], ['user', 'list'], ['doctor', '--storage']])
    assert.equal(typeof JSON.parse((await run([...args, '--json'])).stdout), 'object', args.join(' '))
  const wrong = await run(['job', 'run', 'everything', '--json'])
  assert.deepEqual(
    [wrong.code, wrong.stdout, /Unknown job "everything"\. Choose one of ingest_market_data/.test(wrong.stderr)],
    [1, '', true],
  )
  const plain = await run(['job', 'list'])
  assert.match(plain.stdout, /^ {2}JOB +STATE/)
})

test('prints the size of each table, and names the setting for retention', async () => {
  assert.match((await run(['doctor', '--storage'])).said, /fact_market_data +\d+ +[\d.]+ +[\d.]+ +[\d.]+ +1\d\d\.\d/)
  assert.match((await run(['retention'])).said, /Set RETAIN_RAW_DAYS/)
})

test('restores a backup of the running product into another folder, and overwrites nothing', async () => {
  const file = join(folder, 'backup.sql.gz')
  const saved = await run(['backup', file])
  assert.match(saved.said, /backup\.sql\.gz: [\d,]+ rows of \d+ tables/)
  assert.match((await run(['backup', file])).said, /already exists/)
  assert.match((await run(['backup', join(folder, 'nowhere', 'x')])).said, /Can't use .* \(ENOENT/)
  assert.match((await run(['restore', file])).said, /CryptoFlow is running on this data folder/)
  const cut = join(folder, 'cut.sql.gz')
  const bytes = readFileSync(file)
  writeFileSync(cut, bytes.subarray(0, bytes.length - 100))
  const dataDir = createDataFolder()
  try {
    assert.match((await run(['restore', cut], { dataDir })).said, /damaged or incomplete. Nothing was changed/)
    assert.match(
      (await run(['restore', file], { dataDir })).said,
      /Restored [\d,]+ rows of \d+ tables into the demo warehouse/,
    )
    assert.match((await run(['restore', file], { dataDir })).said, /already holds data/)
    const again = join(folder, 'again.sql.gz')
    const rows = /[\d,]+ rows of \d+ tables/
    assert.equal(rows.exec((await run(['backup', again], { dataDir })).said)?.[0], rows.exec(saved.said)?.[0])
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }
})

test('says what several processes need', async () => {
  const { code, said } = await run(['cluster'], { dataDir: folder })
  assert.deepEqual([code, /need Redis 7 or newer .* set REDIS_URL=redis:/.test(said)], [1, true], said)
  assert.match((await run(['cluster'])).said, /already running/)
})

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

test('creates, lists and revokes API keys', async () => {
  const key = (args: string[]) => run(['key', ...args])
  const made = await key(['create', 'admin@example.org', '--name', 'Notebook', '--scope', 'read,jobs', '--json'])
  const { key: secret, id } = JSON.parse(made.stdout)
  const read = async () => (await fetch(`${product.url}/api/v1/coins`, { headers: { 'x-api-key': secret } })).status
  assert.equal(await read(), 200)
  const { said } = await key(['list'])
  assert.match(said, new RegExp(`${id} cf_[\\w-]{8} read,jobs .*admin@example\\.org: Notebook`))
  assert.doesNotMatch(said, new RegExp(secret))
  assert.match((await key(['revoke', id])).said, /Revoked/)
  assert.equal(await read(), 401)
  const cases: [string[], RegExp][] = [
    [['revoke', id], /No such API key/],
    [['create', 'admin@example.org', '--scope', 'all'], /--scope must list read, export, sql, jobs/],
    [['create', 'nobody@example.org'], /No account has the email/],
  ]
  await Promise.all(cases.map(async ([args, words]) => assert.match((await key(args)).said, words)))
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
