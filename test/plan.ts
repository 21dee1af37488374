import { readFileSync, writeFileSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import { join, resolve } from 'node:path'

/** Browser tests, tests that inject faults, and long runs of random input: only with `--all`. */
const slowTests = /^test\/(e2e|faults|fuzz)/

/** Tests that need a process of their own: they start products, end processes, or watch memory and sockets of the process. */
const needsProcess =
  /product\.ts'|node:child_process|node:worker_threads|process\.(env|once|on|memoryUsage)\b|mock\.timers/
const groupSize = 12
const maxFileMs = 150_000

export type Plan = {
  /** What each process runs. */
  files: string[]
  /** How many files `--all` would add. */
  leftOut: number
}

async function listTests(): Promise<string[]> {
  const files: string[] = []
  const exclude = (name: string) => /(^|\/)(node_modules|\.next)$/.test(name)
  for await (const name of glob('{bench,contract,server,simulator,web,test}/**/*.test.ts', { exclude }))
    files.push(name)
  return files.sort()
}

/** A file that runs several test files one after the other in one process: most of a short test is the start of its process. */
function writeGroup(folder: string, index: number, files: string[]): string {
  const lines = files.map((file) => {
    const options = JSON.stringify({ timeout: maxFileMs })
    return `suite(${JSON.stringify(file)}, ${options}, () => import(${JSON.stringify(resolve(file))}))`
  })
  const path = join(folder, `group-${index}.test.mjs`)
  writeFileSync(path, `import { suite } from 'node:test'\n${lines.join('\n')}\n`)
  return path
}

/** The processes of a run, slow ones first so that none is left alone at the end. Groups are written to `folder`. */
export async function planTests({ isAll, folder }: { isAll: boolean; folder: string }): Promise<Plan> {
  const tests = await listTests()
  const slow = tests.filter((file) => slowTests.test(file))
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
