import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listNewerApis } from '../browsers/newer-apis.ts'
import { becomesLive, needsBrowser, Stage } from './stage.ts'

const stage = new Stage()

/** Deletes the APIs that the oldest supported browsers lack, before any script of the page runs. */
function toOlderBrowser(): string {
  const { globals, statics, members } = listNewerApis()
  const objects = [...members].map(([owner, names]) => [`${owner}.prototype`, names] as const)
  const singles = [...statics]
    .map((api) => api.split('.') as [string, string])
    .map(([owner, name]) => [owner, [name]] as const)
  return `for (const [path, names] of ${JSON.stringify([...objects, ...singles])}) {
    const object = path.split('.').reduce((found, name) => found?.[name], globalThis)
    for (const name of names) for (let each = object; each != null; each = Object.getPrototypeOf(each)) {
      if (Object.hasOwn(each, name)) { delete each[name]; break }
    }
  }
  for (const name of ${JSON.stringify([...globals])}) delete globalThis[name]`
}

const paths = [
  '/',
  '/market',
  '/coins/bitcoin',
  '/analytics',
  '/compare',
  '/pipeline',
  '/pipeline/runs/1',
  '/quality',
  '/how-it-works',
  '/sign-in?next=%2Fmarket',
  '/account',
  '/sql',
  '/nowhere',
]

test('every page works without the APIs that the oldest supported browsers lack', needsBrowser, async (t) => {
  const context = await stage.openContext()
  t.after(() => context.close())
  await context.addInitScript(toOlderBrowser())
  for (const path of paths) {
    const page = await stage.openPage(t, path, { context, expected: /404 \(Not Found\)/ })
    await becomesLive(page)
    assert.equal(await page.evaluate("'parse' in URL || 'groupBy' in Map || 'map' in [].values()"), false)
    if (path.startsWith('/coins/')) await page.locator('[data-testid="price-chart"][data-state="ready"]').waitFor()
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox', { name: /^Search coins/ }).fill('bitcoin')
    await page
      .getByRole('option', { name: /Bitcoin/ })
      .first()
      .waitFor()
    await page.close()
  }
})
