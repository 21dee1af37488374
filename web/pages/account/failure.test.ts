import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toFailure } from './failure.ts'

const fieldOf = (message: string, fields: string[]) => toFailure(new Error(message), fields).field

test('assigns a server error to the field that it concerns', () => {
  const register = ['email', 'full_name', 'password']
  assert.equal(fieldOf('email must be an address such as ada@example.org', register), 'email')
  assert.equal(fieldOf('This email already has an account. Sign in instead.', register), 'email')
  assert.equal(fieldOf('Invalid request: body/email must NOT have fewer than 3 characters', register), 'email')
  assert.equal(fieldOf('full_name must be readable text of up to 200 characters', register), 'full_name')
  for (const words of [
    'The password must have 8 to 256 characters',
    'This password is too easy to guess',
    'body/password',
  ])
    assert.equal(fieldOf(words, register), 'password')
  assert.equal(fieldOf('Invalid email or password', ['email', 'password']), 'password')
  assert.equal(fieldOf('Current password is incorrect', ['new_password', 'current_password']), 'current_password')
  assert.equal(
    fieldOf('The password must have 8 to 256 characters', ['new_password', 'current_password']),
    'new_password',
  )
  assert.equal(fieldOf('Current password is incorrect', ['password']), 'password')
})

test('assigns other errors to no field', () => {
  for (const words of ['Too many attempts. Try again in 60 seconds.', "Can't reach the server."])
    assert.deepEqual(toFailure(new Error(words), ['email', 'password']), { field: null, message: words })
  assert.equal(toFailure(undefined, []).field, null)
  assert.equal(toFailure(new Error('full_name must be readable'), []).message, 'The name must be readable')
})
