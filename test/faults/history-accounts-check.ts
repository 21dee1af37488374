import { findUnexplained, type Operation } from '../linearizable.ts'
import type { Call } from './history-calls.ts'
import {
  type AccountAnswer,
  type AccountInput,
  toAccountModel,
  type WatchAnswer,
  type WatchInput,
  watchModel,
} from './history-models.ts'
import type { Person } from './history-plan.ts'
import type { Entry } from './history-workers.ts'

type People = readonly Pick<Person, 'id' | 'email'>[]

/** The number of each session and the id of its account, by token. */
function numberSessions(people: People, entries: readonly Entry[]): Map<string, { session: number; userId: number }> {
  const sessions = new Map<string, { session: number; userId: number }>()
  for (const { call, answer } of entries.toSorted((a, b) => a.until - b.until)) {
    if (typeof answer !== 'string' || answer === 'refused') continue
    const userId =
      call.name === 'signIn'
        ? people.find(({ email }) => email === call.email)?.id
        : call.name === 'changePassword'
          ? sessions.get(call.token)?.userId
          : undefined
    if (userId !== undefined) sessions.set(answer, { session: sessions.size, userId })
  }
  return sessions
}

type AccountOperation = Operation<AccountInput, AccountAnswer> & { userId: number | undefined }

/** The operations on passwords and sessions. */
function toAccountOperations(people: People, entries: readonly Entry[]): AccountOperation[] {
  const sessions = numberSessions(people, entries)
  const find = (call: Call): { userId: number | undefined; input: AccountInput } | undefined => {
    if (call.name === 'signIn') {
      const userId = people.find(({ email }) => email === call.email)?.id
      return { userId, input: { name: 'signIn', password: call.password } }
    }
    if (call.name === 'signOutEverywhere') return { userId: call.userId, input: { name: call.name } }
    if (call.name !== 'use' && call.name !== 'signOut' && call.name !== 'changePassword') return undefined
    const { session = -1, userId } = sessions.get(call.token) ?? {}
    if (call.name !== 'changePassword') return { userId, input: { name: call.name, session } }
    return { userId, input: { name: call.name, session, current: call.current, next: call.next } }
  }
  return entries.flatMap(({ call, answer, from, until }) => {
    const found = find(call)
    if (found === undefined) return []
    const number = typeof answer === 'string' ? sessions.get(answer)?.session : undefined
    return { ...found, answer: number ?? (answer as AccountAnswer | undefined), from, until }
  })
}

/** What is known of a coin on a list before `add` or `remove`, or of a coin that `list` returned. */
function toWatchAnswer({ call, answer }: Entry, coinId: number): WatchAnswer | undefined {
  if (answer === undefined) return undefined
  if (call.name === 'list') return (answer as number[]).includes(coinId)
  return answer === 'present' || answer === 1
}

function listWatchOperations(entries: readonly Entry[], userId: number, coinId: number) {
  return entries.flatMap((entry): Operation<WatchInput, WatchAnswer>[] => {
    const { call, from, until } = entry
    if (call.name !== 'add' && call.name !== 'remove' && call.name !== 'list') return []
    if (call.userId !== userId || (call.name !== 'list' && call.coinId !== coinId)) return []
    return [{ input: call.name, answer: toWatchAnswer(entry, coinId), from, until }]
  })
}

const maxDescribed = 30

const describe = (about: string, unexplained: object, history: readonly Operation<unknown, unknown>[]): string => {
  const { until } = unexplained as { until: number }
  const before = history.filter(({ from }) => from < until).slice(-maxDescribed)
  const lines = [unexplained, ...before].map((one) => JSON.stringify(one))
  return `${about}: no order explains ${lines.join('\n')}`
}

/** What no order of the calls explains: accepted passwords and sessions, and the coins of watchlists. */
export function checkAccounts(
  entries: readonly Entry[],
  { people, coinIds, password }: { people: People; coinIds: readonly number[]; password: string },
): string[] {
  const faults: string[] = []
  const operations = toAccountOperations(people, entries)
  for (const { id } of people) {
    const own = operations.filter(({ userId }) => userId === id)
    const unexplained = findUnexplained(toAccountModel(password), own)
    if (unexplained !== undefined) faults.push(describe(`account ${id}`, unexplained, own))
    for (const coinId of coinIds) {
      const history = listWatchOperations(entries, id, coinId)
      const strange = findUnexplained(watchModel, history)
      if (strange !== undefined) faults.push(describe(`coin ${coinId} of account ${id}`, strange, history))
    }
  }
  for (const { call, answer } of entries)
    if (answer === 'full') faults.push(`a short watchlist is full: ${JSON.stringify(call)}`)
  return faults
}
