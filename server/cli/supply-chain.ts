import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { answer } from './terminal.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const auditWithinMs = 60_000
const exact = /^\d+\.\d+\.\d+([-+][\w.+-]+)?$/

/** Licenses that only require attribution. */
const permissive =
  /^\(?(MIT|ISC|0BSD|BSD-[23]-Clause|Apache-2\.0|BlueOak-1\.0\.0|CC0-1\.0|CC-BY-4\.0|OFL-1\.1|Python-2\.0|Unlicense)( OR .*)?\)?$/

type Locked = {
  version?: string
  license?: string
  integrity?: string
  hasInstallScript?: boolean
  inBundle?: boolean
  dev?: boolean
}
export type Lockfile = { packages: Record<string, Locked> }
export type Manifest = Record<
  'dependencies' | 'devDependencies' | 'optionalDependencies',
  Record<string, string> | undefined
> & { allowScripts?: Record<string, boolean> }

const toName = (path: string): string => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)

/** Problems of the lockfile: inexact versions, missing checksums, undecided install scripts. */
export function findSupplyProblems(manifest: Manifest, lock: Lockfile): string[] {
  const asked = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies }
  const loose = Object.entries(asked).filter(([, version]) => !exact.test(version))
  const packages = Object.entries(lock.packages).filter(([path]) => path !== '')
  const unsummed = packages.filter(([, { integrity, inBundle }]) => integrity === undefined && inBundle !== true)
  const undecided = packages.filter(
    ([path, { hasInstallScript }]) => hasInstallScript === true && manifest.allowScripts?.[toName(path)] === undefined,
  )
  return [
    ...loose.map(([name, version]) => `${name} has the version range ${version}. Pin one version.`),
    ...unsummed.map(([path]) => `${toName(path)} has no checksum in package-lock.json. Reinstall it.`),
    ...undecided.map(([path]) => `${toName(path)} has an install script. Decide on it in allowScripts.`),
  ]
}

/** Packages by license, most common first. */
export function countLicenses({ packages }: Lockfile): [license: string, names: string[]][] {
  const found = new Map<string, string[]>()
  for (const [path, { license = 'unknown' }] of Object.entries(packages))
    if (path !== '') found.set(license, [...(found.get(license) ?? []), toName(path)])
  return [...found].sort(([, a], [, b]) => b.length - a.length)
}

/** Vulnerabilities of production dependencies by severity. Null: the registry did not answer. */
export function readAudit(output: string): Record<string, number> | null {
  try {
    const { metadata } = JSON.parse(output) as { metadata?: { vulnerabilities?: Record<string, number> } }
    return metadata?.vulnerabilities ?? null
  } catch {
    return null
  }
}

const audit = (): Promise<string> =>
  new Promise((resolve) => {
    execFile('npm', ['audit', '--omit=dev', '--json'], { cwd: root, timeout: auditWithinMs }, (_error, output) =>
      resolve(output),
    )
  })

const readJson = <T>(name: string): T => JSON.parse(readFileSync(`${root}${name}`, 'utf8')) as T

/** Reports dependencies, licenses and known vulnerabilities. Exit code 1 when there are problems. */
export async function reportSupplyChain(): Promise<void> {
  const lock = readJson<Lockfile>('package-lock.json')
  const problems = findSupplyProblems(readJson<Manifest>('package.json'), lock)
  const packages = Object.entries(lock.packages).filter(([path]) => path !== '')
  const licenses = countLicenses(lock)
  const run = packages.filter(([, { dev }]) => dev !== true).length
  const found = readAudit(await audit())
  if ((found?.total ?? 0) > 0)
    problems.push(
      `${found?.total} known vulnerabilities (${found?.critical} critical, ${found?.high} high). Run \`npm audit\`.`,
    )
  const lines = licenses.map(([license, names]) => {
    const who = permissive.test(license) ? '' : `  ${names.join(', ')}`
    return `  ${String(names.length).padStart(5)}  ${license}${who}`
  })
  if (found === null) lines.push('  note  no audit: the registry did not answer `npm audit`')
  else if ((found.total ?? 0) === 0) lines.push('  ok    no known vulnerabilities in production dependencies')
  if (problems.length === 0)
    lines.push('  ok    exact versions, checksums and install script decisions for every package')
  answer(
    [
      `  ${packages.length} packages, ${run} of them in production`,
      ...lines,
      ...problems.map((problem) => `  BAD   ${problem}`),
    ],
    { packages: packages.length, run, licenses: Object.fromEntries(licenses), audit: found, problems },
  )
  if (problems.length > 0) process.exitCode = 1
}
