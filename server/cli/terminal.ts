import type { Step } from '../app.ts'

const patienceMs = 1000
const quietMs = 10_000

/** A line for the person at the terminal. Standard error, so that standard output stays machine-readable. */
export const say = (line: string): void => {
  process.stderr.write(`${line}\n`)
}

/** A line that is drawn over and over on a terminal, and once in 10 s elsewhere. */
export function drawProgress(name: string): { show(text: string): void; end(): void } {
  const draws = process.stderr.isTTY
  let drawn = ''
  let last = 0
  return {
    show: (text) => {
      if (!draws && Date.now() - last < quietMs) return
      last = Date.now()
      if (draws) process.stderr.write(`\r  ${name}: ${text}`.padEnd(drawn.length))
      else say(`  ${name}: ${text}`)
      drawn = `\r  ${name}: ${text}`
    },
    end: () => {
      if (draws && drawn !== '') process.stderr.write('\n')
    },
  }
}

const toSeconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`

/** Runs a step; says that it runs when it takes over a second, counts the seconds on a terminal, and says when it ended. */
export const step: Step = async (name, work) => {
  const started = Date.now()
  const counts = process.stderr.isTTY
  let told = false
  const timer = setInterval(() => {
    if (counts) process.stderr.write(`\r  ${name} ... ${Math.round((Date.now() - started) / 1000)} s`)
    else if (!told) say(`  ${name} ...`)
    told = true
  }, patienceMs)
  try {
    const result = await work()
    if (told) say(`${counts ? '\r' : ''}  ${name}: ${toSeconds(Date.now() - started)}   `)
    return result
  } catch (error) {
    if (told && counts) process.stderr.write('\n')
    throw error
  } finally {
    clearInterval(timer)
  }
}
