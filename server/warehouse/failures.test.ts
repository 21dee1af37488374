import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { test } from 'node:test'
import { AppError } from '../errors.ts'
import { explainFailure, isTransient, isUnavailable } from './failures.ts'

const withCode = (code: string, message = 'words', more = {}) => Object.assign(new Error(message), { code, ...more })

const passing = [
  ['40001', '40P01', '08000', '08006', '08P01', '57P01', '57P02', '57P03', '57P05', '25P03', '25P04'],
  ['53000', '53100', '53200', '53300', '58000', '58030', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'EAI_AGAIN'],
].flat()
const refused = ['28000', '28P01', '3D000']
const ofStatement = [
  '22003',
  '23505',
  '42P01',
  '42501',
  '57014',
  '55P03',
  '25P02',
  'XX000',
  'ENOENT',
  'EACCES',
  'ENOSPC',
]
const words = [
  'Connection terminated unexpectedly',
  'Connection terminated due to connection timeout',
  'timeout exceeded when trying to connect',
  'Client has encountered a connection error and is not queryable',
  'Client was closed and is not queryable',
  'Cannot use a pool after calling end on the pool',
]

test('classifies database failures by SQLSTATE, and by message only where pg has no code', () => {
  for (const code of passing)
    assert.deepEqual([isUnavailable(withCode(code)), isTransient(withCode(code))], [true, true], code)
  for (const code of refused)
    assert.deepEqual([isUnavailable(withCode(code)), isTransient(withCode(code))], [true, false], code)
  for (const code of ofStatement) assert.equal(isUnavailable(withCode(code)), false, code)
  for (const text of words) assert.equal(isTransient(new Error(text)), true, text)
  for (const text of ['the connection terminated the contract', 'timeout of the game'])
    assert.equal(isUnavailable(new Error(text)), false, text)
  for (const value of [null, undefined, '53300', { code: '53300' }]) assert.equal(isUnavailable(value), false)
})

test('classifies the cause of an error, and a missing socket or host as a failed connection', async () => {
  assert.ok(isTransient(new AppError('unavailable', 'The migration failed', { cause: withCode('57P01') })))
  assert.equal(isUnavailable(new AppError('unavailable', 'An old server', { cause: withCode('42601') })), false)
  const refusal = await new Promise((resolve) => connect('/nowhere/.s.PGSQL.5432').once('error', resolve))
  assert.ok(isTransient(refusal))
  assert.equal(isTransient(withCode('ENOTFOUND', 'no host', { syscall: 'getaddrinfo' })), false)
  assert.ok(isUnavailable(withCode('ENOTFOUND', 'no host', { syscall: 'getaddrinfo' })))
  assert.ok(isTransient(Object.assign(new AggregateError([], ''), { code: 'ECONNREFUSED' })))
})

test('explains a lost connection, whichever error pg reports for it', () => {
  for (const error of [withCode('57P01'), withCode('ECONNRESET'), ...words.map((text) => new Error(text))])
    assert.equal(explainFailure(error), 'The database connection was lost.', error.message)
})

test('distinguishes a full disk from a small /dev/shm, which share a code', () => {
  assert.match(
    explainFailure(withCode('53100', 'could not extend file: No space left on device')) ?? '',
    /disk is full/,
  )
  const segment = 'could not resize shared memory segment "/PostgreSQL.1" to 8388608 bytes: No space left on device'
  assert.match(explainFailure(withCode('53100', segment)) ?? '', /--shm-size=256m/)
  assert.equal(explainFailure(withCode('53300')), undefined)
})
