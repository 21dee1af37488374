import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toStrength } from './password-strength.ts'

const score = (password: string) => toStrength(password).score

test('what is too short, the email, or refused by the server cannot be used, whatever it looks like', () => {
  assert.deepEqual(toStrength('Zx7!q'), { score: 0, word: 'Too short', advice: '3 more characters' })
  assert.equal(toStrength('Zx7!qwP').advice, '1 more character')
  assert.equal(toStrength('😀😀😀😀').word, 'Too short', 'by characters, not by units of UTF-16')
  for (const own of ['ada.lovelace@example.org', 'Ada.Lovelace'])
    assert.equal(toStrength(own, { email: ' Ada.Lovelace@example.org' }).score, 0, own)
  assert.deepEqual(toStrength('correct horse battery staple', { refused: true }).word, 'Too common')
})

test('rows of keys and repetition are weak at any length', () => {
  for (const password of ['aaaaaaaaaaaaaaaaaaaa', '12345678', '1234567890', 'qwertyuiop', 'abcdefghijkl', '87654321'])
    assert.equal(score(password), 1, password)
  for (const password of ['abababababab', 'AAAAaaaaAAAAaaaa']) assert.equal(score(password), 1, password)
})

test('length and variety make it stronger, and each step is reached', () => {
  assert.deepEqual(['hzptkwrm', 'hzPtk7rm', 'hzPtk7rmGx', 'hzPtk7rmWq!x4L'].map(score), [1, 2, 3, 4])
  assert.equal(score('lake day fine sun'), 3)
  assert.equal(score('a fine day at the lake with ducks'), 4)
})

test('one more character never makes it weaker', () => {
  const password = 'Xq7 bird!Lamp42 über'
  const scores = [...password].map((_, at) => score(password.slice(0, at + 1)))
  assert.deepEqual(
    scores,
    scores.toSorted((a, b) => a - b),
  )
})
