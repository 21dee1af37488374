import { gzipSync } from 'node:zlib'
import type { Browser } from 'playwright-core'
import { desktop, type Route } from './web-pages.ts'

export type Scripts = {
  /** Transferred size of the route's gzipped JavaScript, in kB of 1,000 bytes. */
  js_kb: number
  /** Whether the server sent every script gzipped. */
  compressed: boolean
}

/** Measures the scripts that a new browser loads on a route until the network is idle. */
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
    if (loaded.length === 0) throw new Error(`No script loaded on ${route}`)
    return {
      js_kb: loaded.reduce((sum, { bytes }) => sum + bytes, 0) / 1000,
      compressed: loaded.every(({ isGzip }) => isGzip),
    }
  } finally {
    await context.close()
  }
}
