import type pg from 'pg'

/**
 * Does `work` while this process alone, of all that share the database, holds the lock of `name`.
 * Returns undefined without doing it when another holds the lock. The lock goes with its connection.
 */
export async function withLock<T>(pool: pg.Pool, name: string, work: () => Promise<T>): Promise<T | undefined> {
  const client = await pool.connect()
  let broken: Error | undefined
  const onError = (error: Error) => {
    broken = error
  }
  client.on('error', onError)
  try {
    const { rows } = await client.query<{ held: boolean }>('select pg_try_advisory_lock(hashtext($1)) as held', [
      `cryptoflow:${name}`,
    ])
    if (rows[0]?.held !== true) return undefined
    try {
      return await work()
    } finally {
      await client.query('select pg_advisory_unlock(hashtext($1))', [`cryptoflow:${name}`]).catch(onError)
    }
  } finally {
    client.off('error', onError)
    client.release(broken)
  }
}
