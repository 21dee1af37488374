import type { Model } from '../linearizable.ts'

/** What happens to the password and the sessions of an account. Sessions are numbered in the order of their answers. */
export type AccountInput =
  | { name: 'signIn'; password: string }
  | { name: 'use'; session: number }
  | { name: 'signOut'; session: number }
  | { name: 'signOutEverywhere' }
  | { name: 'changePassword'; session: number; current: string; next: string }

/** A number is the session that was opened. */
export type AccountAnswer = 'done' | 'refused' | number

export type AccountState = { password: string; sessions: readonly number[] }

const open = (state: AccountState, session: AccountAnswer | undefined): readonly number[] =>
  typeof session === 'number' ? [...state.sessions, session] : state.sessions

/**
 * An account whose sign-in needs the password, whose sessions work until they end, and whose password change needs an
 * open session and the password and ends all older sessions.
 */
export const toAccountModel = (password: string): Model<AccountState, AccountInput, AccountAnswer> => ({
  initial: { password, sessions: [] },
  step: (state, input, answer) => {
    /** Undefined: the answer must have been the other one. */
    const settle = (isAllowed: boolean, next: () => AccountState): AccountState | undefined => {
      if (answer === undefined) return isAllowed ? next() : state
      if ((answer !== 'refused') !== isAllowed) return undefined
      return isAllowed ? next() : state
    }
    if (input.name === 'signOutEverywhere') return { ...state, sessions: [] }
    if (input.name === 'signOut')
      return { ...state, sessions: state.sessions.filter((session) => session !== input.session) }
    if (input.name === 'signIn')
      return settle(input.password === state.password, () => ({ ...state, sessions: open(state, answer) }))
    const isOpen = state.sessions.includes(input.session)
    if (input.name === 'use') return settle(isOpen, () => state)
    return settle(isOpen && input.current === state.password, () => ({
      password: input.next,
      sessions: open({ ...state, sessions: [] }, answer),
    }))
  },
  toKey: ({ password, sessions }) => `${password} ${[...sessions].sort((a, b) => a - b)}`,
})

/** What happens to one coin of one watchlist. */
export type WatchInput = 'add' | 'remove' | 'list'

/** Whether the coin was on the list before. */
export type WatchAnswer = boolean

export const watchModel: Model<boolean, WatchInput, WatchAnswer> = {
  initial: false,
  step: (isWatched, input, answer) => {
    if (answer !== undefined && answer !== isWatched) return undefined
    return input === 'list' ? isWatched : input === 'add'
  },
  toKey: String,
}
