import { AsyncLocalStorage } from 'node:async_hooks'

/**
 * A request to a source. `endpoint`: the path without the query; `status`: HTTP status, null without a response; `ms`:
 * until the body was read; `waitedMs`: for the rate limit before it; `key`: equal for repetitions of a request.
 */
export type SourceRequest = {
  at: number
  endpoint: string
  key: string
  status: number | null
  ms: number
  waitedMs: number
  error: string | null
}

type Observer = (request: SourceRequest) => void

const observers = new AsyncLocalStorage<Observer>()

/** Passes every source request that `work` makes to `observer`. */
export const observeRequests = <T>(observer: Observer, work: () => Promise<T>): Promise<T> =>
  observers.run(observer, work)

/** Reports a request that has ended, to the observer of the work that made it. */
export const reportRequest = (request: SourceRequest): void => observers.getStore()?.(request)
