import { existsSync } from 'node:fs'
import { type Browser, type BrowserServer, chromium } from 'playwright-core'

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)

/** Why browser tests cannot run here; false when they can. */
export const noBrowser = executablePath === undefined && 'no Chromium is installed'

const toOptions = (more: readonly string[]) => ({
  ...(executablePath === undefined ? {} : { executablePath }),
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    ...more,
  ],
})

/** A browser of its own, with more arguments of the command line. */
export const openBrowser = (more: readonly string[] = []): Promise<Browser> => chromium.launch(toOptions(more))

/** One browser for many test files, which join it by the address: a start takes as much as several pages. */
export const serveBrowser = (): Promise<BrowserServer> => chromium.launchServer(toOptions([]))

/** A connection to the browser that `npm test` started for all files. */
export function joinBrowser(): Promise<Browser> {
  const address = process.env.TEST_BROWSER
  if (address === undefined) throw new Error('run tests with `npm test [-- files]`: it starts the browser they need')
  return chromium.connect(address)
}
