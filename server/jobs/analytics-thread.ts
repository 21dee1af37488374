import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Answers, Market, Question } from '../analytics/answers.ts'

/** A thread that answers one question at a time about a market. */
export type AnalyticsThread = {
  ask<K extends Question['kind']>(kind: K, question: Omit<Question, 'kind'>): Promise<Answers[K]>
  close(): Promise<void>
}

/**
 * Opens a thread of `analytics/worker.ts`, which takes over the closes of the market. A question fails when the thread
 * does, and when `signal` is aborted; then the thread is to be closed.
 */
export function openAnalyticsThread(market: Market, signal: AbortSignal): AnalyticsThread {
  const worker = new Worker(new URL('../analytics/worker.ts', import.meta.url), {
    workerData: market,
    transferList: [market.closes.buffer],
  })
  let failure: unknown
  worker.on('error', (error) => {
    failure = error
  })
  return {
    ask: async (kind, question) => {
      signal.throwIfAborted()
      if (failure !== undefined) throw failure
      worker.postMessage({ ...question, kind })
      const [answer] = await once(worker, 'message', { signal })
      return answer
    },
    close: async () => {
      await worker.terminate()
    },
  }
}
