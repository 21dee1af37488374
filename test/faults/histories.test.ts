import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { dayMs } from '../../contract/time.ts'
import { Accounts } from '../../server/accounts/accounts.ts'
import { abandonLostRuns } from '../../server/warehouse/runs.ts'
import { listWatchlist } from '../../server/warehouse/watchlist.ts'
import { createTestDatabase, type TestDatabase } from '../database.ts'
import { assertInvariants } from '../invariants.ts'
import { checkAccounts } from './history-accounts-check.ts'
import { accountsOptions, goodPassword } from './history-calls.ts'
import { checkJobs, keepQuarantined } from './history-jobs-check.ts'
import { startHistoryMarket } from './history-market.ts'
import { type Person, Plan } from './history-plan.ts'
import { type Entry, History, Worker } from './history-workers.ts'

/**
 * Each round ends with the death of a worker. `HISTORY_ROUNDS=1000` gives a longer run, `HISTORY_SEED` repeats the calls
 * and deaths of one.
 */
const rounds = Number(process.env.HISTORY_ROUNDS ?? 30)
const seed = Number(process.env.HISTORY_SEED ?? Date.now() % 1e6)
const workers = Number(process.env.HISTORY_WORKERS ?? 3)
const accountLanes = 2
const people = 4
const coins = 3
const deadRun = `update pipeline_runs set heartbeat_at = now() - interval '13 seconds' where status = 'running'`

async function createPeople(accounts: Accounts): Promise<Person[]> {
  const created: Person[] = []
  for (let index = 1; index <= people; index += 1) {
    const email = `person-${index}@example.org`
    const { id } = await accounts.register({ email, password: goodPassword }, '192.0.2.1')
    created.push({ id, email, passwords: [goodPassword], tokens: [] })
  }
  return created
}

async function createCoins({ pool }: TestDatabase): Promise<number[]> {
  const { rows } = await pool.query(`insert into dim_coin (coingecko_id, symbol, name, first_seen_at, last_seen_at)
    select 'watched-' || n, 'w', 'Watched', now(), now() from generate_series(1, ${coins}) n returning id`)
  return rows.map(({ id }) => id)
}

type Context = { database: TestDatabase; history: History; plan: Plan }

/** Lets a worker perform calls, some at once, until it dies. */
async function live({ database, history, plan }: Context): Promise<void> {
  const worker = new Worker(database, history, plan.chooseFuse())
  const lost: Entry[] = []
  const lane = async (begin: () => Entry) => {
    while (worker.isAlive) {
      const entry = await worker.perform(begin())
      if (entry.answer === undefined) lost.push(entry)
      else plan.learn(entry)
    }
  }
  const accounts = Array.from({ length: accountLanes }, () => lane(() => plan.beginAccountCall()))
  await Promise.all([worker.ended, lane(() => plan.begin(history.countJobs())), ...accounts])
  for (const { call } of lost)
    if (call.name === 'job' && !plan.chooseRedelivery(call))
      await database.pool.query(`${deadRun} and queue_id = $1`, [call.queueId])
}

/** Reads everything once more, as the last calls of the history. */
async function readAll({ database: { db }, history, plan }: Context, accounts: Accounts): Promise<void> {
  for (const { id, tokens } of plan.people) {
    const list = history.begin({ name: 'list', userId: id })
    history.end(list, (await listWatchlist(db, id)).coin_ids)
    for (const token of tokens) {
      const entry = history.begin({ name: 'use', token })
      const outcome = await accounts.sessions.authenticate({ token, byCookie: false }).then(
        () => 'done',
        () => 'refused',
      )
      history.end(entry, outcome)
    }
  }
}

async function runHistory(t: TestContext): Promise<void> {
  const database = await createTestDatabase()
  t.after(database.drop)
  await keepQuarantined(database)
  const market = await startHistoryMarket()
  t.after(market.server.close)
  const accounts = new Accounts({ db: database.db, ...accountsOptions })
  const history = new History()
  const coinIds = await createCoins(database)
  const plan = new Plan(seed, { people: await createPeople(accounts), coinIds, market, history })
  const context = { database, history, plan }
  let begun = 0
  const keepWorker = async () => {
    while (begun < rounds) {
      begun += 1
      await live(context)
    }
  }
  await Promise.all(Array.from({ length: workers }, keepWorker))
  await readAll(context, accounts)
  await database.pool.query(deadRun)
  await abandonLostRuns(database.db)
  const { entries, errors } = history
  const answered = entries.filter(({ answer }) => answer !== undefined)
  t.diagnostic(`${rounds} rounds, ${entries.length} calls, ${entries.length - answered.length} without an answer`)
  const ticks = [...market.sent.values()].map(({ tick }) => tick)
  const faults = [
    ...errors,
    ...checkAccounts(entries, { people: plan.people, coinIds, password: goodPassword }),
    ...(await checkJobs(database, { entries, sent: market.sent, now: Math.max(...ticks) + 2 * dayMs })),
  ]
  assert.deepEqual(faults, [])
  await assertInvariants(database)
}

test(`workers that are killed lose and double nothing, seed ${seed}`, { timeout: 120_000 + rounds * 10_000 }, (t) =>
  runHistory(t),
)
