import assert from 'node:assert/strict'
import { test } from 'node:test'
import { budgets } from '../../bench/web-budgets.ts'
import { routes } from '../../bench/web-pages.ts'
import { measureScripts } from '../../bench/web-scripts.ts'
import { joinBrowser } from './browser.ts'
import { needsBrowser, Stage } from './stage.ts'

const stage = new Stage()

test('keeps the gzipped JavaScript of each page within its budget', needsBrowser, async (t) => {
  const browser = await joinBrowser()
  t.after(() => browser.close())
  const over: string[] = []
  for (const route of routes) {
    const { js_kb, list, compressed } = await measureScripts(browser, stage.url, route)
    assert.ok(compressed, route)
    t.diagnostic(`${route} ${js_kb} kB`)
    if (js_kb > budgets.js_kb.limit(route)) over.push(`${route}: ${js_kb} kB of ${budgets.js_kb.limit(route)}: ${list}`)
  }
  assert.deepEqual(over, [])
})
