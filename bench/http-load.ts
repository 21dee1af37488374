import { readdirSync, readFileSync } from 'node:fs'
import { Pool } from 'undici'
import { median } from './measure.ts'

/** CPU time of all threads of a process in ms. */
export const readCpuMs = (pid: number): number =>
  readdirSync(`/proc/${pid}/task`)
    .map((task) => Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]))
    .reduce((sum, nanoseconds) => sum + nanoseconds, 0) / 1e6

export type Load = { per_core_second: number; p50_ms: number; p99_ms: number; bytes: number }

/** Requests one URL over and over for `ms` on some connections: responses per second of the server's CPU. */
export async function loadUrl(
  url: string,
  { pid, headers = {}, connections = 4, ms = 3000, revalidates = false, fresh = false }: LoadOptions,
): Promise<Load> {
  const { origin, pathname, search } = new URL(url)
  const pool = new Pool(origin, { connections })
  const times: number[] = []
  let bytes = 0
  let etag: string | undefined
  let count = 0
  const ask = async () => {
    const started = performance.now()
    const conditions = etag === undefined ? {} : { 'if-none-match': etag }
    count += 1
    const path = `${pathname}${search}${fresh ? `${search === '' ? '?' : '&'}round=${count}` : ''}`
    const all = { ...headers, ...conditions }
    const { statusCode, headers: answered, body } = await pool.request({ method: 'GET', path, headers: all })
    bytes = (await body.arrayBuffer()).byteLength
    if (statusCode !== 200 && statusCode !== 304) throw new Error(`${url} answered ${statusCode}`)
    if (revalidates) etag = String(answered.etag)
    times.push(performance.now() - started)
  }
  for (let round = 0; round < 200; round += 1) await ask()
  times.length = 0
  const cpu = readCpuMs(pid)
  const end = performance.now() + ms
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (performance.now() < end) await ask()
    }),
  )
  const cpuSeconds = (readCpuMs(pid) - cpu) / 1000
  await pool.close()
  const sorted = times.sort((a, b) => a - b)
  return {
    per_core_second: Math.round(times.length / cpuSeconds),
    p50_ms: median(times),
    p99_ms: sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN,
    bytes,
  }
}

type LoadOptions = {
  pid: number
  headers?: Record<string, string>
  connections?: number
  ms?: number
  /** Has each request an address of its own, which no cache knows? */
  fresh?: boolean
  /** Does each request name the tag of the last response? */
  revalidates?: boolean
}
