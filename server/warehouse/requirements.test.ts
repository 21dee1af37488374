import assert from 'node:assert/strict'
import { test } from 'node:test'
import { administer, createTestDatabase, quietLog } from '../../test/database.ts'
import { openWarehouse } from './open.ts'
import { examineDatabase } from './requirements.ts'

const open = (connection: string | Parameters<typeof examineDatabase>[0]) =>
  openWarehouse({ connection, dataDir: '/nowhere', mode: 'demo', log: quietLog })

test('lists the missing grants of a role and accepts it after they are made', async (t) => {
  const database = await createTestDatabase({ empty: true })
  const name = database.connection.database
  const role = `${name}_role`
  t.after(async () => {
    await database.drop()
    await administer(`drop role ${role}`)
  })
  await administer(`create role ${role} login`)
  const connection = { ...database.connection, user: role }
  const { problems } = await examineDatabase(connection)
  const grants = problems.map((problem) => /GRANT .*/.exec(problem)?.[0] ?? problem)
  assert.deepEqual(grants, [
    `GRANT USAGE, CREATE ON SCHEMA public TO "${role}"`,
    `GRANT CREATE ON DATABASE "${name}" TO "${role}"`,
  ])
  await assert.rejects(open(connection), { code: 'unavailable', message: problems.join('\n') })
  for (const grant of grants) await administer(grant, name)
  assert.deepEqual((await examineDatabase(connection)).problems, [])
  await (await open(connection)).close()
})

test('rejects a database that is not UTF8 with a statement that creates a valid one', async (t) => {
  const latin = 'latin_database'
  t.after(() => administer(`drop database ${latin}`))
  const right = await createTestDatabase({ empty: true })
  t.after(right.drop)
  const owner = right.connection.user
  await administer(
    `create database ${latin} owner ${owner} template template0 encoding 'LATIN1' locale 'C' locale_provider libc`,
  )
  const connection = { ...right.connection, database: latin }
  const { problems } = await examineDatabase(connection)
  assert.equal(problems.length, 1)
  assert.match(problems[0] ?? '', /"latin_database" has the encoding LATIN1 and must have UTF8.*CREATE DATABASE/)
  await assert.rejects(open(connection), /must have UTF8/)
  const made = `${right.connection.database}_made`
  const [statement = ''] = /CREATE DATABASE cryptoflow .*/.exec(problems[0] ?? '') ?? []
  await administer(statement.replace('cryptoflow', made))
  t.after(() => administer(`drop database ${made}`))
  assert.deepEqual((await examineDatabase({ ...right.connection, database: made })).problems, [])
})
