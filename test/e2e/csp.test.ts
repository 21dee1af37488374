import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { toSignIn } from '../../web/lib/links.ts'
import { waitFor } from '../wait.ts'
import { needsBrowser, Stage } from './stage.ts'

const stage = new Stage()

/** A page that records policy violations and requests to other origins. */
async function openWatched(): Promise<{ page: Page; refused: () => Promise<string[]>; foreign: string[] }> {
  const page = await (await stage.openContext()).newPage()
  const foreign: string[] = []
  page.on('request', (request) => {
    if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(stage.url)) foreign.push(request.url())
  })
  await page.addInitScript(`window.refused = []
    addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sourceFile, sample }) =>
      window.refused.push([effectiveDirective, blockedURI, sourceFile, sample].join(' ')), true)`)
  return { page, refused: () => page.evaluate<string[]>('window.refused'), foreign }
}

/** The pages in the navigation, without the API documentation. */
const listRoutes = async (page: Page): Promise<string[]> => {
  const links = await Promise.all((await page.locator('nav a').all()).map((one) => one.getAttribute('href')))
  return [...new Set(links.flatMap((one) => (one?.startsWith('/api/') === false ? one : [])))]
}

test('runs the scripts of every page without a policy violation', needsBrowser, async (t) => {
  const { page, refused } = await openWatched()
  t.after(() => page.context().close())
  await page.goto(stage.url)
  for (const path of [...(await listRoutes(page)), '/coins/bitcoin', '/nowhere']) {
    const answer = await page.goto(stage.url + path)
    assert.match(answer?.headers()['content-security-policy'] ?? '', /script-src 'self' 'sha256-/, path)
    await page.getByTestId('live-indicator').waitFor()
    await waitFor(async () => /Live|Simulated/.test(await page.getByTestId('live-indicator').innerText()))
    await page.getByRole('button', { name: 'Theme and colors' }).click()
    await page.keyboard.press('Escape')
    await page.waitForLoadState('networkidle')
    assert.deepEqual(await refused(), [], path)
  }
})

test('navigates between pages without a policy violation', needsBrowser, async (t) => {
  const { page, refused } = await openWatched()
  t.after(() => page.context().close())
  await page.goto(stage.url)
  for (const path of await listRoutes(page)) {
    await page.locator(`nav a[href="${path}"]:visible`).first().click()
    await page.waitForURL(({ pathname, search }) => [path, toSignIn(path)].includes(`${pathname}${search}`))
  }
  assert.deepEqual(await refused(), [])
})

test('follows the theme of the system on a first visit, before any other script runs', needsBrowser, async (t) => {
  for (const colorScheme of ['light', 'dark'] as const) {
    const context = await stage.openContext({ colorScheme })
    t.after(() => context.close())
    await context.route('**/*.js', (route) => route.abort())
    const page = await context.newPage()
    await page.goto(stage.url)
    assert.equal(await page.locator('html').getAttribute('data-theme'), colorScheme)
  }
})

test('runs no injected script', needsBrowser, async (t) => {
  const { page, refused } = await openWatched()
  t.after(() => page.context().close())
  await page.goto(stage.url)
  await page.evaluate(`document.body.insertAdjacentHTML('beforeend', '<img src="data:," onerror="window.owned = 1">')
    const script = document.createElement('script')
    script.textContent = 'window.owned = 1'
    document.body.append(script)`)
  await waitFor(async () => (await refused()).length >= 2)
  const found = await refused()
  assert.ok(found.every((one) => one.startsWith('script-src')))
  assert.equal(await page.evaluate('window.owned'), undefined)
})

test('loads the API documentation from our own files only', needsBrowser, async (t) => {
  const { page, refused, foreign } = await openWatched()
  t.after(() => page.context().close())
  await page.goto(`${stage.url}/api/docs`)
  await page.getByText('Tracked coins with their latest snapshot', { exact: false }).first().waitFor()
  await page.waitForLoadState('networkidle')
  assert.deepEqual(await refused(), [])
  assert.deepEqual(foreign, [])
})
