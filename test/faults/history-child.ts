import { writeSync } from 'node:fs'
import { createInterface } from 'node:readline'
import type pg from 'pg'
import { Accounts } from '../../server/accounts/accounts.ts'
import { systemClock } from '../../server/clock.ts'
import { AppError } from '../../server/errors.ts'
import { attemptJob } from '../../server/jobs/attempt.ts'
import { createCoinImages } from '../../server/sources/coin-images.ts'
import { createCoingecko } from '../../server/sources/coingecko.ts'
import { Client } from '../../server/warehouse/connect.ts'
import { openDb, openPool } from '../../server/warehouse/db.ts'
import { abandonLostRuns } from '../../server/warehouse/runs.ts'
import { deleteWatched, insertWatched, listWatchlist } from '../../server/warehouse/watchlist.ts'
import { quietLog } from '../database.ts'
import { accountsOptions, type Call, type Fuse } from './history-calls.ts'

/**
 * A worker that performs the calls on its standard input, several at once, writes each answer at once, and kills itself
 * at the statement that its fuse names.
 */
const [connection = '', fuseText = ''] = process.argv.slice(2)
const fuse: Fuse = JSON.parse(fuseText)
const say = (line: object) => writeSync(1, `${JSON.stringify(line)}\n`)
const die = () => process.kill(process.pid, 'SIGKILL')

let statements = 0
const backends = new Set<number>()

/** A client that reports its backend and kills the process at its statement. */
class MortalClient extends Client {
  override query = ((...parameters: Parameters<pg.Client['query']>) => {
    const { processID: backend } = this as pg.Client & { processID?: number }
    if (backend !== undefined && !backends.has(backend)) {
      backends.add(backend)
      say({ backend })
    }
    statements += 1
    const isLast = statements === fuse.statements
    if (isLast && fuse.at === 'before') die()
    const answer: unknown = super.query(...parameters)
    if (isLast && fuse.at === 'sent') setImmediate(die)
    return isLast && fuse.at === 'answered' ? Promise.resolve(answer).finally(die) : answer
  }) as pg.Client['query']
}

const pool = openPool(JSON.parse(connection), { log: quietLog, Client: MortalClient })
const db = openDb(pool)
const accounts = new Accounts({ db, ...accountsOptions })
const address = '192.0.2.1'
const origin = { address, client: null }

function runJob({ job, now, queueId, count, baseUrl, trackedCoins }: Extract<Call, { name: 'job' }>) {
  const clock = { ...systemClock, now: () => now }
  const market = createCoingecko({ clock, baseUrl, demoKey: null, proKey: null, callsPerMinute: 6000 })
  const images = createCoinImages({ clock, baseUrl })
  const history = { days: 365, coins: 0 }
  const settings = { trackedCoins, retainRawDays: 0, history, correlationCoins: 50, riskFreeRate: 0 }
  const options = { db, pool, market, images, candles: [], clock, log: quietLog, ...settings }
  const trigger = count > 1 ? 'retry' : 'schedule'
  return attemptJob(options, { job, trigger, count, queueId, stopping: new AbortController().signal })
}

/** The token of the new session, or `refused`. */
async function openSession(work: () => Promise<{ access_token: string }>): Promise<string> {
  try {
    return (await work()).access_token
  } catch (error) {
    if (error instanceof AppError && ['unauthorized', 'bad_request'].includes(error.code)) return 'refused'
    throw error
  }
}

const use = (token: string) => accounts.sessions.authenticate({ token, byCookie: false })

async function isAccepted(token: string): Promise<string> {
  return openSession(async () => ({ access_token: (await use(token)) && 'done' }))
}

async function perform(call: Call): Promise<unknown> {
  switch (call.name) {
    case 'job': {
      const { status, written, rejected, error } = await runJob(call)
      return { status, written, rejected, error }
    }
    case 'abandon':
      return abandonLostRuns(db)
    case 'signIn':
      return openSession(() => accounts.login(call, origin))
    case 'use':
      return isAccepted(call.token)
    case 'signOut':
      return accounts.sessions.logout(call.token, address)
    case 'signOutEverywhere':
      return accounts.sessions.logoutEverywhere(call.userId, address)
    case 'changePassword': {
      const change = { current_password: call.current, new_password: call.next }
      return openSession(async () => accounts.changePassword(await use(call.token), change, origin))
    }
    case 'add':
      return insertWatched(db, call)
    case 'remove':
      return deleteWatched(db, call)
    case 'list':
      return (await listWatchlist(db, call.userId)).coin_ids
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const { id, call }: { id: number; call: Call } = JSON.parse(line)
  perform(call).then(
    (answer) => say({ id, answer: answer ?? 'done' }),
    (error: Error) => say({ id, error: error.stack }),
  )
}
