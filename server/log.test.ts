import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLog } from './log.ts'

test('redacts secrets in fields, URLs and messages', () => {
  const lines: string[] = []
  const log = createLog({ pretty: false, write: (line) => lines.push(line) })
  log.info(
    { password: 'hunter2', config: { apiKey: 'CG-hunter2' }, headers: { authorization: 'Bearer hunter2' } },
    'fields',
  )
  log.warn(
    { error: 'cannot connect to postgres://cf:hunter2@db/x' },
    'failed wss://wss.coincap.io/prices?assets=ALL&apiKey=hunter2',
  )
  log.error({ url: 'https://api.example/v3/ping?x_cg_demo_api_key=hunter2' }, 'request')
  assert.equal(lines.length, 3)
  assert.doesNotMatch(lines.join(''), /hunter2/)
  assert.match(lines.join(''), /postgres:\/\/cf:\[redacted\]@db/)
})

test('redacts passwords, tokens and cookies of accounts', () => {
  const lines: string[] = []
  const log = createLog({ pretty: false, write: (line) => lines.push(line) })
  const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJodW50ZXIyIn0.hunter2'
  for (const key of [
    'current_password',
    'new_password',
    'password_hash',
    'access_token',
    'refresh_token',
    'AUTH_SECRETS',
  ])
    log.info({ [key]: 'hunter2', body: { [key]: 'hunter2' }, request: { body: { [key]: 'hunter2' } } }, 'fields')
  log.info({
    headers: { cookie: 'a=hunter2', 'set-cookie': 'a=hunter2' },
    req: { headers: { 'set-cookie': ['hunter2'] } },
  })
  log.warn({ error: `refused ${jwt}`, header: 'Bearer hunter2.x' }, `Authorization: bearer hunter2`)
  log.warn('cookie was __Host-cryptoflow_session=hunter2; Path=/')
  log.warn('stored $argon2id$v=19$m=19456,t=2,p=1$aHVudGVyMg$hunter2')
  assert.equal(lines.length, 10)
  assert.doesNotMatch(lines.join(''), /hunter2|eyJ|aHVudGVy/)
  for (const line of lines) assert.doesNotThrow(() => JSON.parse(line))
})
