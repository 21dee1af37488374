import { glob, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { floor } from './newer-apis.ts'
import { listUnguarded } from './unguarded-apis.ts'

const folder = fileURLToPath(new URL('../../web/.next/static/', import.meta.url))

/** Uses with a guard that the check cannot see, each with its reason. */
const allowed: Readonly<Record<string, string>> = {
  '.skipTransition': 'React calls it on the result of startViewTransition',
}

const names: string[] = []
for await (const name of glob('**/*.js', { cwd: folder })) names.push(name)
if (names.length === 0) throw new Error('No built scripts found. Run `npm run build` first.')
const scripts = await Promise.all(
  names.sort().map(async (name) => ({ name, code: await readFile(`${folder}${name}`, 'utf8') })),
)
const unguarded = listUnguarded(scripts).filter((use) => allowed[use.split(' ').at(-1) ?? ''] === undefined)
const browsers = floor.map(({ browser, version }) => `${browser} ${version}`).join(', ')
for (const use of unguarded) process.stderr.write(`${use}\n`)
process.stdout.write(`${scripts.length} scripts, ${unguarded.length} unguarded uses of APIs newer than ${browsers}\n`)
process.exitCode = unguarded.length === 0 ? 0 : 1
