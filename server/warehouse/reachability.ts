import type { Clock } from '../clock.ts'
import { toMessage } from '../errors.ts'
import type { Log } from '../log.ts'
import { type Connection, withClient } from './connect.ts'

const validMs = 5000

/**
 * Returns a function that tells whether the database accepts new connections. A success is cached for 5 s, a failure is
 * not.
 */
export function watchNewConnections(
  connection: Connection,
  { clock, log }: { clock: Pick<Clock, 'now'>; log: Log },
): () => Promise<boolean> {
  let goodUntil = 0
  let attempt: Promise<boolean> | undefined
  const connect = () =>
    withClient(connection, (client) => client.query('select 1')).then(
      () => {
        goodUntil = clock.now() + validMs
        return true
      },
      (error: unknown) => {
        log.warn({ error: toMessage(error) }, 'the database accepts no new connections')
        return false
      },
    )
  return async () => {
    if (clock.now() < goodUntil) return true
    attempt ??= connect().finally(() => {
      attempt = undefined
    })
    return attempt
  }
}
