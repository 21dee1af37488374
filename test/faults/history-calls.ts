import type { AccountsOptions } from '../../server/accounts/accounts.ts'

const never = { capacity: 1e9, secondsEach: 1 }

export const goodPassword = 'a fine day at the lake'

/** Accounts with cheap hashes and without limits. */
export const accountsOptions: Omit<AccountsOptions, 'db'> = {
  secret: 'kV9wq3ZtB7nR2xYc5LmD8sFh1JgP4uAe',
  cost: { memory: 64, passes: 1, parallelism: 1 },
  rules: {
    accountAtAddress: never,
    address: never,
    account: never,
    registration: never,
    linkAtAddress: never,
    link: never,
  },
}

/** What a worker can be asked to do. */
export type Call =
  | {
      name: 'job'
      job: 'ingest_market_data' | 'transform_aggregates'
      /** The time of the worker, in ms since 1970. */
      now: number
      queueId: string
      count: number
      baseUrl: string
      trackedCoins: number
    }
  | { name: 'abandon' }
  | { name: 'signIn'; email: string; password: string }
  | { name: 'use'; token: string }
  | { name: 'signOut'; token: string }
  | { name: 'signOutEverywhere'; userId: number }
  | { name: 'changePassword'; token: string; current: string; next: string }
  | { name: 'add' | 'remove'; userId: number; coinId: number }
  | { name: 'list'; userId: number }

/**
 * When a worker dies: at its n-th statement, before it is sent, while the database has it, or after its answer.
 * `outside`: after n answers, by a signal of another process.
 */
export type Fuse = { at: 'before' | 'sent' | 'answered' | 'outside'; statements: number }

/** A line of a worker. `backend`: the process of PostgreSQL that serves a new connection of the worker. */
export type Line = { backend: number } | { id: number; answer: unknown } | { id: number; error: string }
