import { existsSync } from 'node:fs'
import { type Browser, type BrowserServer, chromium } from 'playwright-core'

const executablePath = [
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find(existsSync)

/** The reason why browser tests cannot run here, or false. */
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

/** Starts a browser with extra command-line arguments. */
export const openBrowser = (more: readonly string[] = []): Promise<Browser> => chromium.launch(toOptions(more))

/** Starts a browser that test files share: a browser start takes as long as several pages. */
export const serveBrowser = (): Promise<BrowserServer> => chromium.launchServer(toOptions([]))

/** Connects to the browser that `npm test` started. */
export function joinBrowser(): Promise<Browser> {
  const address = process.env.TEST_BROWSER
  if (address === undefined) throw new Error('run tests with `npm test [-- files]`: it starts the browser they need')
  return chromium.connect(address)
}
