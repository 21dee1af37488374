import { readFileSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/** The repository paths of the files that match a pattern. */
export async function listSources(pattern: string): Promise<string[]> {
  const files: string[] = []
  const exclude = (name: string) => /(^|\/)(node_modules|\.next)$/.test(name)
  for await (const name of glob(pattern, { cwd: root, exclude })) files.push(name)
  return files.sort()
}

/** The repository paths that a file imports. */
export function listImports(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8')
  return [...text.matchAll(/\b(?:from|import)[\s(]*'([^']+)'/g)].flatMap(([, specifier = '']) => {
    if (specifier.startsWith('.')) return [join(dirname(file), specifier)]
    if (specifier.startsWith('@/')) return [join('web', specifier.slice(2))]
    return specifier.startsWith('@contract/') ? [join('contract', specifier.slice(10))] : []
  })
}
