import { desktop, type Route, slowdown } from './web-pages.ts'

const version = '13.5.0'
const categories = ['performance', 'accessibility', 'best-practices', 'seo'] as const
const audits = { lcp_ms: 'largest-contentful-paint', tbt_ms: 'total-blocking-time', cls: 'cumulative-layout-shift' }
const settleMs = 2000

type Report = {
  runtimeError?: { message: string }
  categories: Record<string, { score: number | null; auditRefs: { id: string; weight: number }[] }>
  audits: Record<string, { numericValue?: number; score: number | null }>
}
export type Lighthouse = (url: string, flags: object, config: object) => Promise<{ lhr: Report } | undefined>

export type Scores = Record<
  'lcp_ms' | 'tbt_ms' | 'cls' | 'performance' | 'accessibility' | 'best_practices' | 'seo',
  number
>

/** The Lighthouse package, Apache-2.0. Installed on first use. */
export const lighthousePackage = { name: 'lighthouse', version }

/** Only the CPU is slowed: the product is used on its machine or local network. */
const settings = {
  formFactor: 'desktop',
  screenEmulation: { mobile: false, ...desktop, deviceScaleFactor: 1, disabled: false },
  emulatedUserAgent: false,
  throttlingMethod: 'devtools',
  throttling: {
    cpuSlowdownMultiplier: slowdown,
    requestLatencyMs: 0,
    downloadThroughputKbps: 0,
    uploadThroughputKbps: 0,
    rttMs: 0,
    throughputKbps: 0,
  },
  onlyCategories: categories,
  pauseAfterFcpMs: settleMs,
  pauseAfterLoadMs: settleMs,
  networkQuietThresholdMs: settleMs,
  cpuQuietThresholdMs: settleMs,
  maxWaitForLoad: 20_000,
}

/** The Lighthouse figures of a route, in a Chromium with its debugging port at `port`. Scores are out of 100. */
export async function measureScores(
  lighthouse: Lighthouse,
  { url, route, port }: { url: string; route: Route; port: number },
): Promise<Scores> {
  const answer = await lighthouse(url + route, { port, logLevel: 'error' }, { extends: 'lighthouse:default', settings })
  if (answer === undefined) throw new Error(`Lighthouse returned no result for ${route}`)
  const { lhr } = answer
  if (lhr.runtimeError !== undefined) throw new Error(`Lighthouse failed on ${route}: ${lhr.runtimeError.message}`)
  const score = (name: string) => 100 * (lhr.categories[name]?.score ?? Number.NaN)
  const value = (id: string) => lhr.audits[id]?.numericValue ?? Number.NaN
  const low = Object.values(lhr.categories).flatMap(({ auditRefs }) =>
    auditRefs.filter(({ id, weight }) => weight > 0 && (lhr.audits[id]?.score ?? 1) < 0.9).map(({ id }) => id),
  )
  if (low.length > 0) process.stderr.write(`${route}: ${[...new Set(low)].join(', ')}\n`)
  return {
    lcp_ms: value(audits.lcp_ms),
    tbt_ms: value(audits.tbt_ms),
    cls: value(audits.cls),
    performance: score('performance'),
    accessibility: score('accessibility'),
    best_practices: score('best-practices'),
    seo: score('seo'),
  }
}
