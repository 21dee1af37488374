import { type Agent, request as open } from 'node:http'
import { keyOf, uniform } from '../simulator/hash.ts'
import type { listOperations } from './openapi.ts'

export type Operation = ReturnType<typeof listOperations>[number]
export type FuzzRequest = { method: string; path: string; headers: Record<string, string>; body: string | undefined }
export type FuzzResponse = { status: number; headers: Record<string, unknown>; body: string; ms: number }

const methods = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS', 'TRACE', 'PROPFIND']
const patienceMs = 20_000

/** Texts that are known to break servers. */
export const hostileTexts = [
  '',
  ' ',
  '0',
  '-1',
  '1e309',
  '99999999999999999999',
  'NaN',
  'null',
  'undefined',
  'true',
  '[]',
  '{}',
  "'",
  '"',
  "' or '1'='1",
  '1; drop table users; --',
  "1' union select email from users --",
  '1);select pg_sleep(9);--',
  'price_usd desc; select pg_sleep(9)',
  '(case when (select 1)=1 then 1 else 1/0 end)',
  '$1',
  '%',
  '_',
  '\\',
  '\u0000',
  '\ud800',
  '\u202e',
  '\u{1f600}',
  '../../../etc/passwd',
  '%2e%2e%2f',
  '\r\nX-Injected: yes',
  '<script>alert(1)</script>',
  '{{7*7}}',
  '#{7*7}',
  '__proto__',
  'constructor',
  'toString',
  'x'.repeat(300),
  'x'.repeat(9000),
  '2026-02-30T25:61:61Z',
]

const bodies = [
  '',
  '{',
  'null',
  '[]',
  '"x"',
  '0',
  '{"__proto__":{"role":"administrator"}}',
  '{"constructor":{"prototype":{"x":1}}}',
  '['.repeat(40_000),
  `${'{"a":'.repeat(9000)}1${'}'.repeat(9000)}`,
  '{"email":{"$ne":null},"password":[]}',
  '{"email":"a@b.c","password":"\\ud800"}',
  '{"coins":[1e309,-1,null,{}]}',
  `{"email":"${'x'.repeat(90_000)}"}`,
]

/** Pseudorandom choices by seed and count: so a request can be repeated. */
export function chooser(seed: number, count: number) {
  let turn = 0
  const draw = (): number => {
    turn += 1
    return uniform(seed, count, turn)
  }
  return {
    chance: (share: number): boolean => draw() < share,
    below: (limit: number): number => Math.floor(draw() * limit),
    pick: <T>(list: readonly T[]): T => list[Math.floor(draw() * list.length)] as T,
  }
}

export type Chooser = ReturnType<typeof chooser>

const encode = (text: string): string => encodeURIComponent(text.toWellFormed())

function toValue({ chance, pick, below }: Chooser, schema: Record<string, unknown>): string {
  const { enum: known, minimum, maximum, default: usual } = schema
  if (chance(0.3)) return pick(hostileTexts)
  if (Array.isArray(known)) return String(pick(known))
  if (typeof minimum === 'number' || typeof maximum === 'number')
    return String(pick([minimum ?? 0, maximum ?? 0, Number(minimum) - 1, Number(maximum) + 1, 1, 7, 30, 1.5]))
  return String(usual ?? pick(['bitcoin', 'coin-1', '1', '2', `coin-${below(40)}`, 'bitcoin,coin-1', '999999']))
}

/** A request to a route with some invalid parts. */
export function toFuzzRequest(
  operation: Operation,
  { seed, count, token }: { seed: number; count: number; token: string },
): FuzzRequest {
  const chooses = chooser(keyOf(operation.path + operation.method, seed), count)
  const { chance, pick } = chooses
  const parameters = operation.operation.parameters ?? []
  const path = operation.path.replace(/\{(\w+)\}/g, (_all, name: string) => {
    const schema = parameters.find((one) => one.name === name)?.schema ?? {}
    const value = toValue(chooses, schema)
    return chance(0.05) ? value.replace(/[^!-~]/g, '') : encode(value)
  })
  const query = parameters
    .filter((one) => one.in === 'query' && chance(0.5))
    .map(({ name, schema }) => `${name}${chance(0.05) ? '[]' : ''}=${encode(toValue(chooses, schema))}`)
  if (chance(0.1))
    query.push(pick(['__proto__[x]=1', 'constructor=1', '%', '%00=1', 'page=1&page=2', 'a&&&=', '%ff=%fe']))
  const headers: Record<string, string> = {}
  if (chance(0.5)) headers.authorization = `Bearer ${chance(0.7) ? token : pick(['', 'x', 'a.b.c', `${token}x`])}`
  if (chance(0.1)) headers.cookie = `__Host-cryptoflow_session=${encode(pick(hostileTexts))}`
  if (chance(0.1)) headers['if-none-match'] = pick(['*', '"x"', 'W/""', 'x'.repeat(2000)])
  if (chance(0.1)) headers.origin = pick(['null', 'https://evil.example', 'file://', 'x'])
  const method = chance(0.05) ? pick(methods) : operation.method
  const hasBody = !['GET', 'HEAD', 'TRACE'].includes(method) && chance(0.8)
  if (hasBody)
    headers['content-type'] = chance(0.9) ? 'application/json' : pick(['text/plain', 'x', 'multipart/form-data'])
  return {
    method,
    path: `${path}${query.length > 0 ? `?${query.join('&')}` : ''}`,
    headers,
    body: hasBody ? pick(bodies) : undefined,
  }
}

/** Sends a request. Closes a stream after its first bytes. Status 0: the connection was closed without a response. */
export const sendRequest = (
  url: string,
  agent: Agent,
  { method, path, headers, body }: FuzzRequest,
): Promise<FuzzResponse> =>
  new Promise((resolve, reject) => {
    const started = Date.now()
    const { hostname, port } = new URL(url)
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
    const request = open(
      { hostname, port, path, method, agent, headers: { ...headers, ...length }, timeout: patienceMs },
      (response) => {
        let text = ''
        const end = () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text, ms: Date.now() - started })
        response.on('data', (chunk) => {
          text += chunk
          if (!String(response.headers['content-type']).startsWith('text/event-stream')) return
          response.destroy()
          end()
        })
        response.on('end', end)
        response.on('error', end)
      },
    )
    request.on('timeout', () => request.destroy(new Error(`${method} ${path} got no response`)))
    request.on('error', (error: Error & { code?: string }) =>
      error.code === 'ECONNRESET' || error.code === 'EPIPE'
        ? resolve({ status: 0, headers: {}, body: '', ms: Date.now() - started })
        : reject(error),
    )
    request.end(body)
  })
