import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { answer } from './terminal.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const auditWithinMs = 60_000
const exact = /^\d+\.\d+\.\d+([-+][\w.+-]+)?$/

/** Licences that ask for no more than to be named. */
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

/** What is wrong with the packages as they are written down: versions, sums, install scripts. */
export function findSupplyProblems(manifest: Manifest, lock: Lockfile): string[] {
  const asked = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies }
  const loose = Object.entries(asked).filter(([, version]) => !exact.test(version))
  const packages = Object.entries(lock.packages).filter(([path]) => path !== '')
  const unsummed = packages.filter(([, { integrity, inBundle }]) => integrity === undefined && inBundle !== true)
  const undecided = packages.filter(
    ([path, { hasInstallScript }]) => hasInstallScript === true && manifest.allowScripts?.[toName(path)] === undefined,
  )
  return [
    ...loose.map(([name, version]) => `${name} is asked for as ${version}: name one version`),
    ...unsummed.map(([path]) => `${toName(path)} has no sum in package-lock.json: install it anew`),
    ...undecided.map(([path]) => `${toName(path)} has an install script: say yes or no in allowScripts`),
  ]
}

/** How many packages are under which licence, the most common first. */
export function countLicences({ packages }: Lockfile): [licence: string, names: string[]][] {
  const found = new Map<string, string[]>()
  for (const [path, { license = 'not said' }] of Object.entries(packages))
    if (path !== '') found.set(license, [...(found.get(license) ?? []), toName(path)])
  return [...found].sort(([, a], [, b]) => b.length - a.length)
}

/** What `npm audit` found in what runs; null when the registry does not answer it. */
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

/** Tells what the packages are, under which licences, and what is known against them. Exit code 1 when something is wrong. */
export async function reportSupplyChain(): Promise<void> {
  const lock = readJson<Lockfile>('package-lock.json')
  const problems = findSupplyProblems(readJson<Manifest>('package.json'), lock)
  const packages = Object.entries(lock.packages).filter(([path]) => path !== '')
  const licences = countLicences(lock)
  const run = packages.filter(([, { dev }]) => dev !== true).length
  const found = readAudit(await audit())
  if ((found?.total ?? 0) > 0)
    problems.push(
      `\`npm audit\` knows of ${found?.total} holes (${found?.critical} critical, ${found?.high} high): run it`,
    )
  const lines = licences.map(([licence, names]) => {
    const who = permissive.test(licence) ? '' : `  ${names.join(', ')}`
    return `  ${String(names.length).padStart(5)}  ${licence}${who}`
  })
  if (found === null) lines.push('  note  not audited: the registry does not answer `npm audit`')
  else if ((found.total ?? 0) === 0) lines.push('  ok    `npm audit` knows of nothing against what runs')
  if (problems.length === 0)
    lines.push('  ok    every version is exact, every package has its sum, every install script is decided on')
  answer(
    [
      `  ${packages.length} packages, ${run} of them not only for development`,
      ...lines,
      ...problems.map((problem) => `  BAD   ${problem}`),
    ],
    { packages: packages.length, run, licences: Object.fromEntries(licences), audit: found, problems },
  )
  if (problems.length > 0) process.exitCode = 1
}
