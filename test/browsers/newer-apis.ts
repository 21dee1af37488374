import bcd from '@mdn/browser-compat-data' with { type: 'json' }
import type { BrowserName, CompatStatement, Identifier } from '@mdn/browser-compat-data/types'
import packageJson from '../../package.json' with { type: 'json' }

/** Names of APIs that some supported browser lacks. */
export type NewerApis = {
  /** `scheduler`, `Iterator` */
  globals: ReadonlySet<string>
  /** `URL.parse`, and members of singletons: `navigator.connection` */
  statics: ReadonlySet<string>
  /** Members of instances, by interface: `Set` has `union`. */
  members: ReadonlyMap<string, readonly string[]>
  /**
   * Names of instance members that no supported browser has on any interface: `isSubsetOf`, but not `union` of `map`.
   */
  names: ReadonlySet<string>
}

const dataNames: Readonly<Record<string, BrowserName>> = { ios_saf: 'safari_ios' }

/** The oldest supported version of each browser, from `browserslist` in package.json. */
export const floor: readonly { browser: BrowserName; version: string }[] = packageJson.browserslist.map((line) => {
  const [name = '', version = ''] = line.split(' ')
  return { browser: dataNames[name] ?? (name as BrowserName), version }
})

/** Whether version `a` came at or before version `b`; `≤37` counts as 37. */
function isUpTo(a: string, b: string): boolean {
  const [left, right] = [a, b].map((text) => text.replace('≤', '').split('.').map(Number)) as [number[], number[]]
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0)
    if (difference !== 0) return difference < 0
  }
  return true
}

/** Whether the browser supports it without flags or prefix, and has not removed it. */
function isSupported({ support }: CompatStatement): boolean {
  return floor.every(({ browser, version }) =>
    [support[browser] ?? []].flat().some(({ version_added, version_removed, ...statement }) => {
      if (statement.flags !== undefined || statement.prefix !== undefined) return false
      if (statement.alternative_name !== undefined || typeof version_added !== 'string') return false
      if (version_added === 'preview' || !isUpTo(version_added, version)) return false
      return version_removed === undefined || !isUpTo(version_removed, version)
    }),
  )
}

/** Singletons of a page by interface. */
const singletons: Readonly<Record<string, string>> = {
  Crypto: 'crypto',
  Document: 'document',
  Navigator: 'navigator',
  Performance: 'performance',
}
const globalScopes = ['Window', 'WindowOrWorkerGlobalScope']
const isName = (key: string): boolean => /^[A-Za-z]\w*$/.test(key) && !key.endsWith('_event')

type Member = { owner: string; name: string; isStatic: boolean; isSupported: boolean }

/** The JavaScript data do not separate static members from instance members, so this checks Node's own objects. */
function isStaticBuiltin(owner: string, name: string): boolean {
  const value: unknown = Reflect.get(globalThis, owner)
  return (typeof value === 'function' || typeof value === 'object') && value !== null && Object.hasOwn(value, name)
}

function listMembers(owner: string, known: Identifier, isBuiltin: boolean): Member[] {
  return Object.entries(known).flatMap(([key, value]) => {
    const compat = (value as Identifier).__compat
    const name = key.replace(/_static$/, '')
    if (key === '__compat' || compat === undefined || !isName(key) || name === owner) return []
    const isStatic = isBuiltin ? isStaticBuiltin(owner, name) : key.endsWith('_static')
    return [{ owner, name, isStatic, isSupported: isSupported(compat) }]
  })
}

/** APIs newer than the supported browsers, by MDN's compatibility data. */
export function listNewerApis(): NewerApis {
  const globals = new Set<string>()
  const members: Member[] = []
  for (const [group, isBuiltin] of [
    [bcd.javascript.builtins ?? {}, true],
    [bcd.api, false],
  ] as const)
    for (const [owner, known] of Object.entries(group as Identifier)) {
      if (owner === '__compat' || !isName(owner)) continue
      const { __compat: whole, [owner]: constructed } = known as Identifier
      const compats = [whole, isBuiltin ? (constructed as Identifier | undefined)?.__compat : undefined]
      if (compats.some((compat) => compat !== undefined && !isSupported(compat))) globals.add(owner)
      members.push(...listMembers(owner, known as Identifier, isBuiltin))
    }
  const newer = members.filter((member) => !member.isSupported)
  const ofScope = ({ owner }: Member) => globalScopes.includes(owner)
  const old = new Set(members.filter((member) => member.isSupported).map(({ name }) => name))
  for (const member of newer.filter(ofScope)) if (!old.has(member.name)) globals.add(member.name)
  const ofInstances = newer.filter((member) => !member.isStatic && !ofScope(member))
  return {
    globals,
    statics: new Set(
      newer.flatMap(({ owner, name, isStatic }) => {
        const singleton = singletons[owner]
        if (isStatic) return [`${owner}.${name}`]
        return singleton === undefined ? [] : [`${singleton}.${name}`]
      }),
    ),
    members: new Map(
      [...new Set(ofInstances.map(({ owner }) => owner))].map((owner) => [
        owner,
        ofInstances.filter((member) => member.owner === owner).map(({ name }) => name),
      ]),
    ),
    names: new Set(ofInstances.map(({ name }) => name).filter((name) => !old.has(name))),
  }
}
