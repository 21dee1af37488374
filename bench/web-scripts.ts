import { gzipSync } from 'node:zlib'
import type { Browser } from 'playwright-core'
import { desktop, type Route } from './web-pages.ts'

/** Smaller scripts do not gain from compression. */
const minGzipBytes = 1024

export type Scripts = {
  /** Transferred size of the route's gzipped JavaScript, in kB of 1,000 bytes. */
  js_kb: number
  /** Whether the server sent every script of `minGzipBytes` or more gzipped. */
  compressed: boolean
}

/** Measures the scripts that a new browser loads on a route until the network is idle. */
export async function measureScripts(browser: Browser, url: string, route: Route): Promise<Scripts> {
  const context = await browser.newContext({ viewport: desktop })
  try {
    const page = await context.newPage()
    const scripts: Promise<{ bytes: number; isCompressed: boolean }>[] = []
    page.on('response', (answer) => {
      if (answer.request().resourceType() !== 'script') return
      const measure = async () => {
        const isGzip = (await answer.headerValue('content-encoding')) === 'gzip'
        const { responseBodySize } = await answer.request().sizes()
        if (isGzip) return { isCompressed: true, bytes: responseBodySize }
        const body = await answer.body()
        return { isCompressed: body.length < minGzipBytes, bytes: gzipSync(body).length }
      }
      scripts.push(measure())
    })
    await page.goto(url + route, { waitUntil: 'networkidle' })
    const loaded = await Promise.all(scripts)
    if (loaded.length === 0) throw new Error(`No script loaded on ${route}`)
    return {
      js_kb: loaded.reduce((sum, { bytes }) => sum + bytes, 0) / 1000,
      compressed: loaded.every(({ isCompressed }) => isCompressed),
    }
  } finally {
    await context.close()
  }
}
