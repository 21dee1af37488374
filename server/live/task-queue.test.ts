import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TaskQueue } from './task-queue.ts'

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve))

test('runs tasks in order for 4 ms at a time and lets the event loop run in between', async () => {
  let now = 0
  const tasks = new TaskQueue(() => now)
  const done: string[] = []
  const add = (name: string, ms: number) =>
    tasks.add(() => {
      done.push(name)
      now += ms
    })
  for (const name of ['a', 'b', 'c', 'd', 'e']) add(name, 1)
  add('f', 50)
  add('g', 1)
  assert.deepEqual(done, [], 'no task runs inside add')
  const seen: string[] = []
  for (let turn = 0; turn < 4; turn += 1) {
    await nextTurn()
    seen.push(done.splice(0).join(''))
  }
  assert.deepEqual(seen, ['abcd', 'ef', 'g', ''])
})

test('runs tasks that a task adds and tasks added after all have run', async () => {
  const tasks = new TaskQueue(() => 0)
  const done: string[] = []
  tasks.add(() => {
    done.push('first')
    tasks.add(() => done.push('second'))
  })
  await nextTurn()
  tasks.add(() => done.push('third'))
  await nextTurn()
  await nextTurn()
  assert.deepEqual(done, ['first', 'second', 'third'])
})
