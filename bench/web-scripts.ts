import { gzipSync } from 'node:zlib'
import type { Browser } from 'playwright-core'
import { desktop, type Route } from './web-pages.ts'

export type Scripts = {
  /** What the route's JavaScript takes on the wire with gzip, in kB of 1,000 bytes. */
  js_kb: number
  /** Did the server itself send each script gzipped? */
  compressed: boolean
}

/** Every script that a fresh browser loads on a route until the page is quiet. */
export async function measureScripts(browser: Browser, url: string, route: Route): Promise<Scripts> {
  const context = await browser.newContext({ viewport: desktop })
  try {
    const page = await context.newPage()
    const scripts: Promise<{ bytes: number; isGzip: boolean }>[] = []
    page.on('response', (answer) => {
      if (answer.request().resourceType() !== 'script') return
      const measure = async () => {
        const isGzip = (await answer.headerValue('content-encoding')) === 'gzip'
        const { responseBodySize } = await answer.request().sizes()
        return { isGzip, bytes: isGzip ? responseBodySize : gzipSync(await answer.body()).length }
      }
      scripts.push(measure())
    })
    await page.goto(url + route, { waitUntil: 'networkidle' })
    const loaded = await Promise.all(scripts)
    if (loaded.length === 0) throw new Error(`${route} loaded no script`)
    return {
      js_kb: loaded.reduce((sum, { bytes }) => sum + bytes, 0) / 1000,
      compressed: loaded.every(({ isGzip }) => isGzip),
    }
  } finally {
    await context.close()
  }
}
