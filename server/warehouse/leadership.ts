import type pg from 'pg'
import type { Clock } from '../clock.ts'
import { toMessage } from '../errors.ts'
import type { Log } from '../log.ts'
import { type Connection, openClient } from './connect.ts'
import { locks } from './locks.ts'

const retryMs = 1000
const checkMs = 3000
const answerMs = 5000

/** Leadership among all processes of this database. */
export type Lead = {
  /** Increases with each leader: the database time in ms since 1970. */
  term: number
  /** Aborted when leadership is lost: another process may lead from then on. */
  lost: AbortSignal
  release(): Promise<void>
}

/**
 * Waits until this process leads, by a session lock of the database. Leadership ends with the connection: at once when the
 * process dies, within 11 s when its machine stops answering. Null when `signal` is aborted first.
 */
export async function waitForLead(
  { connection, clock, log }: { connection: Connection; clock: Clock; log: Log },
  signal: AbortSignal,
): Promise<Lead | null> {
  while (!signal.aborted) {
    const client = openClient(connection, sessionOptions)
    try {
      await client.connect()
      await client.query('set tcp_keepalives_idle = 5; set tcp_keepalives_interval = 2; set tcp_keepalives_count = 3')
      while (!signal.aborted) {
        const term = await tryLock(client)
        if (term !== null) return keepLead(client, { clock, term })
        await clock.sleep(retryMs, signal)
      }
    } catch (error) {
      if (!signal.aborted) log.debug({ error: toMessage(error) }, "can't request leadership")
    }
    await client.end().catch(() => undefined)
    await clock.sleep(retryMs, signal).catch(() => undefined)
  }
  return null
}

const sessionOptions: pg.ClientConfig = {
  application_name: 'cryptoflow lead',
  connectionTimeoutMillis: answerMs,
  query_timeout: answerMs,
  keepAlive: true,
}

/** The new term, or null while another process leads. */
async function tryLock(client: pg.Client): Promise<number | null> {
  const { rows } = await client.query<{ term: number | null }>(
    `select case when pg_try_advisory_lock($1) then (extract(epoch from clock_timestamp()) * 1000)::float8 end as term`,
    [locks.lead],
  )
  const term = rows[0]?.term ?? null
  return term === null ? null : Math.floor(term)
}

function keepLead(client: pg.Client, { clock, term }: { clock: Clock; term: number }): Lead {
  const ended = new AbortController()
  const lose = (error: unknown) => ended.abort(error)
  client.on('error', lose)
  client.on('end', () => lose(new Error('the connection to the database ended')))
  const check = async () => {
    while (!ended.signal.aborted) {
      await client.query('select 1')
      await clock.sleep(checkMs, ended.signal)
    }
  }
  const checking = check().catch(lose)
  return {
    term,
    lost: ended.signal,
    release: async () => {
      lose(new Error('released'))
      await client.end().catch(() => undefined)
      await checking
    },
  }
}
