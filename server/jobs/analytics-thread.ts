import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Answers, Market, Question } from '../analytics/answers.ts'

/** A worker thread that computes the figures of one market, one question at a time. */
export type AnalyticsThread = {
  ask<K extends Question['kind']>(kind: K, question: Omit<Question, 'kind'>): Promise<Answers[K]>
  close(): Promise<void>
}

/**
 * Starts a thread of `analytics/worker.ts` and transfers the closes of the market to it. `ask` rejects when the thread
 * fails or `signal` is aborted. The caller closes the thread.
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
