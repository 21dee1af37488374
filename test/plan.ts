import { readFileSync, writeFileSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import { join, resolve } from 'node:path'

/** Tests of pages in a browser, of commands and the whole product, of faults, and fuzzing run only with `--all`. */
const slowTests = /^test\/(e2e|commands|product|faults|fuzz)/

/** Tests that need a separate process: they start products, end processes, or measure memory and sockets. */
const needsProcess =
  /product\.ts'|node:child_process|node:worker_threads|process\.(env|once|on|memoryUsage)\b|mock\.timers/
const groupSize = 12
const maxFileMs = 150_000

export type Plan = {
  /** The test file of each process. */
  files: string[]
  /** Number of files that `--all` adds. */
  leftOut: number
}

async function listTests(): Promise<string[]> {
  const files: string[] = []
  const exclude = (name: string) => /(^|\/)(node_modules|\.next)$/.test(name)
  for await (const name of glob('{bench,contract,server,simulator,web,test}/**/*.test.ts', { exclude }))
    files.push(name)
  return files.sort()
}

/** Writes a file that runs several test files in one process: process startup takes most of a short test. */
function writeGroup(folder: string, index: number, files: string[]): string {
  const lines = files.map((file) => {
    const options = JSON.stringify({ timeout: maxFileMs })
    return `suite(${JSON.stringify(file)}, ${options}, () => import(${JSON.stringify(resolve(file))}))`
  })
  const path = join(folder, `group-${index}.test.mjs`)
  writeFileSync(path, `import { suite } from 'node:test'\n${lines.join('\n')}\n`)
  return path
}

/** Browser tests, which need the CPU, in turn with the others, which mostly wait. */
function alternate(files: string[]): string[] {
  const browser = files.filter((file) => file.startsWith('test/e2e/'))
  const others = files.filter((file) => !browser.includes(file))
  const step = others.length / Math.max(browser.length, 1)
  return [
    ...browser.flatMap((file, at) => [file, ...others.slice(Math.round(at * step), Math.round((at + 1) * step))]),
    ...(browser.length === 0 ? others : []),
  ]
}

/** The test processes of a run, slow ones first. Writes groups of short tests to `folder`. */
export async function planTests({ isAll, folder }: { isAll: boolean; folder: string }): Promise<Plan> {
  const tests = await listTests()
  const slow = alternate(tests.filter((file) => slowTests.test(file)))
  const quick = tests.filter((file) => !slowTests.test(file))
  const alone = quick.filter((file) => needsProcess.test(readFileSync(file, 'utf8')))
  const shared = quick.filter((file) => !alone.includes(file))
  const count = Math.ceil(shared.length / groupSize)
  const groups = Array.from({ length: count }, (_, index) =>
    writeGroup(
      folder,
      index,
      shared.filter((_file, at) => at % count === index),
    ),
  )
  return { files: [...(isAll ? slow : []), ...alone, ...groups], leftOut: isAll ? 0 : slow.length }
}
