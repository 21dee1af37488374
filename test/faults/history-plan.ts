import { createHash, randomUUID } from 'node:crypto'
import { hourMs } from '../../contract/time.ts'
import { type Call, type Fuse, goodPassword } from './history-calls.ts'
import { type HistoryMarket, trackedCoins } from './history-market.ts'
import type { Entry, History } from './history-workers.ts'

const start = Date.parse('2024-01-01T00:00:00Z')
const stepsHours = [1, 3, 6, 12]
const maxStatements = 200
const maxAnswers = 40
/** More at once are skipped, because a job runs once at a time. */
const maxJobs = 2
const recentSessions = 8
const recentPasswords = 3

export type Person = {
  id: number
  email: string
  /** Passwords that it may have, the most likely last. */
  passwords: string[]
  /** The tokens of its latest sessions, open or not. */
  tokens: string[]
}

type JobCall = Extract<Call, { name: 'job' }>
type Task = Pick<JobCall, 'job' | 'queueId' | 'count'>

/** Chooses from a seed what the workers do and when they die. */
export class Plan {
  readonly people: Person[]
  readonly coinIds: number[]
  readonly #seed: number
  readonly #market: HistoryMarket
  readonly #history: History
  readonly #redelivered: Task[] = []
  #choices = 0
  #tick = start
  #coins: string[] = []

  constructor(
    seed: number,
    {
      people,
      coinIds,
      market,
      history,
    }: { people: Person[]; coinIds: number[]; market: HistoryMarket; history: History },
  ) {
    this.#seed = seed
    this.people = people
    this.coinIds = coinIds
    this.#market = market
    this.#history = history
    this.#advance()
  }

  /** An integer from 0 to below `count`. */
  #choose(count: number): number {
    this.#choices += 1
    return createHash('sha256').update(`${this.#seed} ${this.#choices}`).digest().readUInt32LE() % count
  }

  #pick<T>(values: readonly T[]): T {
    const value = values[this.#choose(values.length)]
    if (value === undefined) throw new Error('nothing to choose from')
    return value
  }

  chooseFuse(): Fuse {
    const at = this.#pick(['before', 'sent', 'answered', 'outside'] as const)
    return { at, statements: 1 + this.#choose(at === 'outside' ? maxAnswers : maxStatements) }
  }

  /** Whether the queue delivers the job of a killed worker again, or its run is abandoned first. */
  chooseRedelivery({ job, queueId, count }: JobCall): boolean {
    const isAgain = this.#choose(2) === 0
    if (isAgain) this.#redelivered.push({ job, queueId, count: count + 1 })
    return isAgain
  }

  #advance(): void {
    this.#tick += this.#pick(stepsHours) * hourMs
    const all = Array.from({ length: trackedCoins - 1 }, (_, index) => `coin-${index}`)
    const missing = this.#choose(all.length * 2)
    this.#coins = all.filter((_, index) => index !== missing)
  }

  /** A job, or an account call while enough jobs are in progress. */
  begin(jobsInProgress: number): Entry {
    return jobsInProgress < maxJobs ? this.#beginJob() : this.beginAccountCall()
  }

  #beginJob(): Entry {
    if (this.#choose(12) === 0) return this.#history.begin({ name: 'abandon' })
    const job = this.#choose(6) === 0 ? 'transform_aggregates' : 'ingest_market_data'
    const task: Task = this.#redelivered.shift() ?? { job, queueId: randomUUID(), count: 1 }
    if (task.job === 'ingest_market_data' && this.#choose(4) > 0) this.#advance()
    const call: JobCall = { name: 'job', ...task, now: this.#tick + 30_000, baseUrl: '', trackedCoins }
    const entry = this.#history.begin(call)
    call.baseUrl = this.#market.open(entry.id, this.#tick, this.#coins)
    return entry
  }

  beginAccountCall(): Entry {
    const person = this.#pick(this.people)
    const entry = this.#history.begin(this.#chooseAccountCall(person))
    if (entry.call.name === 'changePassword') person.passwords.push(entry.call.next)
    return entry
  }

  #chooseAccountCall(person: Person): Call {
    const { id: userId, email, passwords, tokens } = person
    const token = tokens[tokens.length - 1 - this.#choose(recentSessions)]
    const password = this.#pick(passwords.slice(-1 - this.#choose(recentPasswords)))
    const roll = this.#choose(100)
    if (token === undefined || roll < 18) return { name: 'signIn', email, password }
    if (roll < 50) return { name: 'use', token }
    if (roll < 58) return { name: 'signOut', token }
    if (roll < 60) return { name: 'signOutEverywhere', userId }
    if (roll < 68) return { name: 'changePassword', token, current: password, next: `${goodPassword} ${this.#choices}` }
    const coinId = this.#pick(this.coinIds)
    if (roll < 90) return { name: roll < 80 ? 'add' : 'remove', userId, coinId }
    return { name: 'list', userId }
  }

  /** Remembers the session of an answer and the password that was accepted. */
  learn({ call, answer }: Entry): void {
    if (call.name !== 'signIn' && call.name !== 'changePassword') return
    if (typeof answer !== 'string' || answer === 'refused') return
    const password = call.name === 'signIn' ? call.password : call.next
    const person = this.people.find(({ email, tokens }) =>
      call.name === 'signIn' ? email === call.email : tokens.includes(call.token),
    )
    if (person === undefined) return
    person.tokens.push(answer)
    person.passwords = [...person.passwords.filter((other) => other !== password), password]
  }
}
