import { gzipSync } from 'node:zlib'
import type { Browser } from 'playwright-core'
import { desktop, type Route } from './web-pages.ts'

/** Smaller scripts do not gain from compression. */
const minGzipBytes = 1024

type Script = { name: string; bytes: number; isCompressed: boolean }

export type Scripts = {
  /** Transferred size of the route's gzipped JavaScript, in kB of 1,000 bytes. */
  js_kb: number
  /** Name and size of each script. */
  list: string[]
  /** Whether the server sent every script of `minGzipBytes` or more gzipped. */
  compressed: boolean
}

/** Measures the scripts that a new browser loads on a route until the network is idle. */
export async function measureScripts(browser: Browser, url: string, route: Route): Promise<Scripts> {
  const context = await browser.newContext({ viewport: desktop })
  try {
    const page = await context.newPage()
    const scripts: Promise<Script>[] = []
    page.on('response', (answer) => {
      if (answer.request().resourceType() !== 'script') return
      const name = new URL(answer.url()).pathname.split('/').at(-1) ?? ''
      const measure = async () => {
        const isGzip = (await answer.headerValue('content-encoding')) === 'gzip'
        const { responseBodySize } = await answer.request().sizes()
        if (isGzip) return { name, isCompressed: true, bytes: responseBodySize }
        const body = await answer.body()
        return { name, isCompressed: body.length < minGzipBytes, bytes: gzipSync(body).length }
      }
      scripts.push(measure())
    })
    // A new page's pointer is at 0, 0: on the logo, a link that loads its page when hovered.
    await page.addInitScript("addEventListener('mouseover', (event) => event.stopImmediatePropagation(), true)")
    await page.goto(url + route, { waitUntil: 'networkidle' })
    const loaded = await Promise.all(scripts)
    if (loaded.length === 0) throw new Error(`No script loaded on ${route}`)
    return {
      js_kb: loaded.reduce((sum, { bytes }) => sum + bytes, 0) / 1000,
      list: loaded.map(({ name, bytes }) => `${name} ${bytes}`),
      compressed: loaded.every(({ isCompressed }) => isCompressed),
    }
  } finally {
    await context.close()
  }
}
