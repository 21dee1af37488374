import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { FastifyInstance } from 'fastify'
import openapiTypescript, { astToString } from 'openapi-typescript'
import { Compile } from 'typebox/schema'
import ts from 'typescript'
import { systemClock } from '../server/clock.ts'
import { Hub } from '../server/live/hub.ts'
import { createAccountsApi, goodPassword, type Session, signUp } from './accounts.ts'
import { createTestDatabase, type TestDatabase } from './database.ts'
import { runJob, toJobOptions } from './jobs.ts'
import { listOperations, type OpenApi, readMessage, readOpenApi } from './openapi.ts'
import { toSnapshot } from './snapshots.ts'

let database: TestDatabase
let app: FastifyInstance
let admin: Session
let document: OpenApi
const hub = new Hub(systemClock)

before(async () => {
  database = await createTestDatabase()
  const snapshots = ['bitcoin', 'ethereum', 'solana'].map((id) => toSnapshot(id))
  const options = toJobOptions(database, { fetchSnapshots: async () => ({ source: 'test', snapshots, rejected: [] }) })
  for (const job of ['ingest_market_data', 'transform_aggregates', 'compute_analytics', 'data_quality_checks'] as const)
    await runJob(options, job)
  hub.start()
  app = await createAccountsApi(database, {}, { hub })
  admin = await signUp(app, { db: database.db, role: 'administrator' })
  document = await readOpenApi(app)
})
after(async () => {
  hub.stop()
  await app.close()
  await database.drop()
})

type Named = ReturnType<typeof listOperations>[number]

type Shown = { schema: Record<string, unknown>; example?: unknown }

const exampleOf = ({ schema, example }: Shown): unknown => example ?? (schema.examples as unknown[] | undefined)?.[0]

/** A request to a route from its examples. */
function toRequest({ method, path, operation }: Named, { optional }: { optional: boolean }) {
  const { parameters = [], requestBody } = operation
  const value = (parameter: Shown) => encodeURIComponent(String(exampleOf(parameter)))
  const url = path.replace(/\{(\w+)\}/g, (_all, name) => {
    const found = parameters.find((one) => one.name === name && one.in === 'path')
    assert.ok(found, `${method} ${path} names {${name}}`)
    return value(found)
  })
  const query = parameters.filter((one) => one.in === 'query' && (optional || one.required === true))
  const body = Object.values(requestBody?.content ?? {})[0]
  return {
    method: method as 'GET',
    url: `${url}?${query.map((one) => `${one.name}=${value(one)}`).join('&')}`,
    headers: { authorization: `Bearer ${admin.token}` },
    ...(body === undefined ? {} : { payload: exampleOf(body) as object }),
  }
}

const check = (schema: Record<string, unknown>, value: unknown, what: string): void => {
  assert.notEqual(value, undefined, what)
  const [, errors] = Compile(schema as never).Errors(value)
  assert.deepEqual(errors, [], `${what}: ${JSON.stringify(value).slice(0, 300)}`)
}

type Answer = Awaited<ReturnType<FastifyInstance['inject']>> & { statusCode: number; body: string }

/** Asserts that a response matches the documentation of its route. */
function assertDocumented({ method, path, operation }: Named, { statusCode, body, headers }: Answer): void {
  const what = `${method} ${path}: ${statusCode}`
  const said = operation.responses[statusCode] ?? operation.responses.default
  assert.ok(said, what)
  assert.ok(statusCode < 500 || statusCode === 501 || statusCode === 503, what)
  assert.ok(statusCode >= 400 || operation.responses[statusCode], `${what} is not documented`)
  const type = String(headers['content-type'] ?? '').split(';')[0] ?? ''
  if (said.content === undefined) return assert.equal(body, '', what)
  const content = said.content[type]
  assert.ok(content, `${what} as ${type}`)
  if (type === 'application/json') check(content.schema, JSON.parse(body), what)
}

test('every route has a summary and examples of its parameters, body and responses', () => {
  const operations = listOperations(document)
  assert.ok(operations.length >= 34, String(operations.length))
  for (const { method, path, operation } of operations) {
    const what = `${method} ${path}`
    assert.ok(operation.summary, what)
    for (const one of operation.parameters ?? []) check(one.schema, exampleOf(one), `${what} ${one.name}`)
    for (const content of Object.values(operation.requestBody?.content ?? {}))
      check(content.schema, exampleOf(content), what)
    const answers = Object.entries(operation.responses)
    assert.ok(answers.some(([status]) => status.startsWith('2')) && operation.responses.default, what)
    for (const [status, { content }] of answers)
      for (const [type, media] of Object.entries(content ?? {}))
        if (type === 'application/json') check(media.schema, exampleOf(media), `${what} ${status}`)
  }
})

/** Invalid values of a parameter, each with the words that the error must contain. */
function toBadValues(name: string, schema: Record<string, unknown>): [query: string, words: string[]][] {
  const { enum: known, type, minimum, maximum, maxLength, pattern } = schema
  const wrong = (value: unknown, words: unknown[] = []): [string, string[]] => [
    `${name}=${encodeURIComponent(String(value))}`,
    [name, ...words.map(String)],
  ]
  const range = [minimum, maximum].filter((end) => end !== undefined)
  return [
    ...(Array.isArray(known) ? ['nonsense', '', known.join(',')].map((value) => wrong(value, known)) : []),
    ...(type === 'integer' ? ['x', '1.5', '', 'NaN', '1e400'].map((value) => wrong(value, range)) : []),
    ...(typeof minimum === 'number' ? [wrong(minimum - 1, range)] : []),
    ...(typeof maximum === 'number' ? [wrong(maximum + 1, range)] : []),
    ...(type === 'boolean' ? ['maybe', '2', ''].map((value) => wrong(value, ['true', 'false'])) : []),
    ...(typeof maxLength === 'number' ? [wrong('x'.repeat(maxLength + 1))] : []),
    ...(typeof pattern === 'string' ? [wrong('\u0000')] : []),
    [`${name}=1&${name}=2`, [name]],
  ]
}

test('every route responds to an invalid parameter with 422 and the allowed values', async () => {
  let asked = 0
  for (const named of listOperations(document)) {
    const { url, ...request } = toRequest(named, { optional: false })
    for (const { name, in: place, schema } of named.operation.parameters ?? [])
      for (const [query, words] of toBadValues(name, schema)) {
        if (place === 'header' || (place === 'path' && (query.endsWith('=') || query.includes('&')))) continue
        const value = query.slice(name.length + 1)
        const bad =
          place === 'path'
            ? toRequest({ ...named, path: named.path.replace(`{${name}}`, value) }, { optional: false }).url
            : `${url}${url.includes('?') ? '&' : '?'}${query}`
        const answer = (await app.inject({ ...request, url: bad } as never)) as Answer
        assert.equal(answer.statusCode, 422, `${named.method} ${bad}: ${answer.body.slice(0, 200)}`)
        const message = readMessage(named.path, answer.body)
        if (!named.path.startsWith('/api/v3')) assert.equal(answer.json().error.code, 'unprocessable')
        for (const word of words) assert.ok(message.includes(word), `${bad}: ${message}`)
        asked += 1
      }
  }
  assert.ok(asked > 150, `${asked} requests`)
})

test('responds with 400 to a body that is not JSON, and with 422 to an invalid value', async () => {
  for (const named of listOperations(document).filter(({ operation }) => operation.requestBody !== undefined)) {
    const request = toRequest(named, { optional: true })
    const headers = { ...request.headers, 'content-type': 'application/json' }
    const send = async (payload: string) =>
      ((await app.inject({ ...request, headers, payload } as never)) as Answer).statusCode
    for (const text of ['{', 'x', '{"a":1,}', '[1']) assert.equal(await send(text), 400, `${request.url} ${text}`)
    for (const text of ['{}', '[]', 'null', '7', '{"odd":1}'])
      assert.equal(await send(text), 422, `${request.url} ${text}`)
  }
})

test('every response is as documented: to the examples, without sign-in, and to invalid requests', async () => {
  const operations = listOperations(document).filter(({ path }) => !path.endsWith('/stream/prices'))
  const last = operations.filter(
    ({ method, path }) => method === 'DELETE' || /\/auth\/(logout|password|refresh)/.test(path),
  )
  const statuses = new Set<number>()
  for (const named of [...operations.filter((one) => !last.includes(one)), ...last])
    for (const optional of [true, false]) {
      const request = toRequest(named, { optional })
      for (const change of [{}, { headers: {} }, { url: `${request.url}&page=x&limit=x&hours=x` }, { payload: '{' }]) {
        if (named.path.endsWith('/logout-everywhere') && !('headers' in change)) continue
        const answer = (await app.inject({ ...request, ...change } as never)) as Answer
        assertDocumented(named, answer)
        statuses.add(answer.statusCode)
      }
    }
  for (const status of [200, 201, 202, 400, 401, 404, 422]) assert.ok(statuses.has(status), `some ${status}`)
  const path = '/api/v1/coins'
  const etag = (await app.inject(path)).headers.etag
  const again = (await app.inject({ url: path, headers: { 'if-none-match': String(etag) } })) as Answer
  assert.equal(again.statusCode, 304)
  assertDocumented(operations.find((one) => one.path === path && one.method === 'GET') as Named, again)
})

const client = `import createClient from 'openapi-fetch'
  import type { paths } from './api.js'
  export async function use(baseUrl: string, email: string) {
    const { GET, POST } = createClient<paths>({ baseUrl })
    const list = await GET('/api/v1/coins', { params: { query: { per_page: 2, sort_by: 'name' } } })
    const unknown = await GET('/api/v1/coins/{id}', { params: { path: { id: 'no-such-coin' } } })
    const login = await POST('/api/v1/auth/login', { body: { email, password: '${goodPassword}' } })
    const me = await GET('/api/v1/auth/me', { headers: { authorization: 'Bearer ' + login.data?.access_token } })
    const names: string[] | undefined = list.data?.items.map(({ name }) => name)
    return { names, total: list.data?.total, why: unknown.error?.detail, email: me.data?.email }
  }`

test('a client generated from the document compiles, enforces the types and works', async (t) => {
  const folder = mkdtempSync(fileURLToPath(new URL('../node_modules/.client-', import.meta.url)))
  t.after(() => rmSync(folder, { recursive: true }))
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text)
  write('package.json', '{ "type": "module" }')
  write('api.ts', astToString(await openapiTypescript(JSON.stringify(document))))
  const compilerOptions = {
    strict: true,
    skipLibCheck: true,
    noEmitOnError: true,
    target: ts.ScriptTarget.ES2022,
    types: [],
    module: ts.ModuleKind.NodeNext,
  }
  const compile = (name: string, text: string): string[] => {
    write(name, text)
    const program = ts.createProgram([join(folder, name)], compilerOptions)
    return [...ts.getPreEmitDiagnostics(program), ...program.emit().diagnostics].map(({ messageText }) =>
      ts.flattenDiagnosticMessageText(messageText, '\n'),
    )
  }
  assert.deepEqual(compile('use.ts', client), [])
  assert.notDeepEqual(compile('misuse.ts', client.replace(`sort_by: 'name'`, `sort_by: 'nonsense'`)), [])
  assert.notDeepEqual(compile('misread.ts', client.replace('names: string[]', 'names: number[]')), [])
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  const { use } = await import(pathToFileURL(join(folder, 'use.js')).href)
  const { email } = admin
  const { why, ...known } = await use(url, email)
  assert.deepEqual(known, { names: ['bitcoin', 'ethereum'], total: 3, email })
  assert.match(why, /no-such-coin/)
})
