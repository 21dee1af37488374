import type { Browser, CDPSession } from 'playwright-core'
import { waitFor } from '../test/wait.ts'
import { desktop } from './web-pages.ts'

const rowsShown = 500
const measureMs = 8000
const settleMs = 3000
const patienceMs = 60_000

const getTaskMs = async (session: CDPSession): Promise<number> => {
  const { metrics } = await session.send('Performance.getMetrics')
  const found = metrics.find(({ name }) => name === 'TaskDuration')
  if (found === undefined) throw new Error('The browser does not report task durations')
  return found.value * 1000
}

/** `cpu_ms`: per batch at the rate of the server. `cpu_ms_per_100`: per 100 ms of a stream with 10 batches/s. */
export type Batches = { rows: number; cpu_ms: number; cpu_ms_per_100: number; per_second: number }

/**
 * CPU time of the main thread during a price stream on the market page with all coins, without CPU slowdown: in a
 * window for 500 rows, scaled down to draw each frame in time, and in one of common size. All work of the page counts.
 */
export async function measureBatches(browser: Browser, url: string, isHigh: boolean): Promise<Batches> {
  const height = isHigh ? rowsShown * 36 : desktop.height
  const context = await browser.newContext({ viewport: { ...desktop, height }, deviceScaleFactor: isHigh ? 0.25 : 1 })
  try {
    const page = await context.newPage()
    let batches = 0
    page.on('websocket', (socket) =>
      socket.on('framereceived', ({ payload }) => {
        if (payload.toString().includes('"price_update"')) batches += 1
      }),
    )
    await page.goto(`${url}/market?per_page=all`)
    const least = isHigh ? rowsShown : 20
    await waitFor(async () => (await page.locator('tbody tr').count()) >= least, 'the rows', patienceMs)
    await page.waitForTimeout(settleMs)
    const session = await context.newCDPSession(page)
    await session.send('Performance.enable', { timeDomain: 'threadTicks' })
    const [before, cpu] = [batches, await getTaskMs(session)]
    await page.waitForTimeout(measureMs)
    const [count, spent] = [batches - before, (await getTaskMs(session)) - cpu]
    if (count === 0) throw new Error('No prices arrived')
    const rows = await page.locator('tbody tr').count()
    return {
      rows,
      cpu_ms: spent / count,
      cpu_ms_per_100: (spent * 100) / measureMs,
      per_second: (count * 1000) / measureMs,
    }
  } finally {
    await context.close()
  }
}
