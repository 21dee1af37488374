import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Command, matchCommands } from './commands.ts'

const command = (label: string, group: Command['group'] = 'Actions'): Command => ({
  id: label,
  group,
  label,
  hint: '',
  run: () => undefined,
})
const commands = [command('Market', 'Pages'), command('Theme: Dark'), command('Up/down colors: East Asia (red up)')]
const found = (text: string) => matchCommands(commands, text).map(({ label }) => label)

test('every word of the text begins a word of the command; no text finds all', () => {
  assert.deepEqual(found('  '), ['Market', 'Theme: Dark', 'Up/down colors: East Asia (red up)'])
  assert.deepEqual(found('dark th'), ['Theme: Dark'])
  assert.deepEqual(found('RED'), ['Up/down colors: East Asia (red up)'])
  assert.deepEqual(found('page'), ['Market'])
  assert.deepEqual([found('arket'), found('dark market'), found('(')], [[], [], []])
})
