import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLog } from './log.ts'

test('no secret reaches the log, neither as a field nor inside a URL or a message', () => {
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
