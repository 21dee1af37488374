import { escapeIdentifier, type default as pg } from 'pg'
import { type Connection, withClient } from './connect.ts'

const minVersion = 15
/** A busy pooler may return different sessions in a single round. */
const rounds = 5

type Facts = {
  version: string
  encoding: string
  database: string
  role: string
  may_create: boolean
  may_queue: boolean
  pid: number
}

/** The role needs the privilege to create the queue schema unless the schema exists. */
const factsOf = `select current_setting('server_version') as version, current_setting('server_encoding') as encoding,
  current_database()::text as database, current_user::text as role, pg_backend_pid() as pid,
  coalesce(has_schema_privilege(to_regnamespace('public')::oid, 'usage')
    and has_schema_privilege(to_regnamespace('public')::oid, 'create'), false) as may_create,
  coalesce(has_schema_privilege(to_regnamespace('pgboss')::oid, 'create'),
    has_database_privilege(current_database(), 'create')) as may_queue`

/** The server version, and the problems that keep CryptoFlow from using the database, each with its fix. */
export const examineDatabase = (connection: Connection): Promise<{ version: string; problems: string[] }> =>
  withClient(connection, async (client) => {
    const { rows } = await client.query<Facts>(factsOf)
    const [facts] = rows
    if (facts === undefined) throw new Error('The server returned no version.')
    const problems = listProblems(facts)
    if (await sharesSessions(client, connection))
      problems.push(
        'The pooler uses transaction pooling, which breaks session locks. Set pool_mode = session in PgBouncer.',
      )
    return { version: facts.version, problems }
  })

function listProblems({ version, encoding, database, role, may_create, may_queue }: Facts): string[] {
  const problems: string[] = []
  if (Number.parseInt(version, 10) < minVersion)
    problems.push(`PostgreSQL ${version} is too old. Set DATABASE_URL to a server of version ${minVersion} or newer.`)
  if (encoding !== 'UTF8')
    problems.push(
      `The database ${escapeIdentifier(database)} has the encoding ${encoding} and must have UTF8. Create a new one as an administrator and set DATABASE_URL to it: CREATE DATABASE cryptoflow OWNER ${escapeIdentifier(role)} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'`,
    )
  if (!may_create)
    problems.push(
      `The role ${escapeIdentifier(role)} can't create tables in the schema public of ${escapeIdentifier(database)}. Run in that database as an administrator: GRANT USAGE, CREATE ON SCHEMA public TO ${escapeIdentifier(role)}`,
    )
  if (!may_queue)
    problems.push(
      `The role ${escapeIdentifier(role)} can't create the schema of the job queue. Run as an administrator: GRANT CREATE ON DATABASE ${escapeIdentifier(database)} TO ${escapeIdentifier(role)}`,
    )
  return problems
}

/** Does the pooler share server processes? Separate sessions have separate ones. */
async function sharesSessions(client: pg.Client, connection: Connection): Promise<boolean> {
  const pidOf = async (session: pg.Client) =>
    (await session.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid
  try {
    return await withClient(connection, async (other) => {
      for (let round = 0; round < rounds; round += 1) if ((await pidOf(other)) === (await pidOf(client))) return true
      return false
    })
  } catch {
    return false
  }
}
