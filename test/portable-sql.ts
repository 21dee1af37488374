import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { hasSqlDetails, loadModule, parseSync } from 'libpg-query'
import {
  areJoined,
  columnsOf,
  find,
  functionsOf,
  isFixed,
  type Source,
  sourcesOf,
  type Tree,
  tablesOf,
} from './sql-tree.ts'

/** Where a table lives on a cluster: on every node, or in shards by coin. Other tables live on the coordinator alone. */
type Placement = 'reference' | 'distributed' | undefined
type Found = { type: string; node: Tree; outer: Source<Placement>[] }
type Rule = (found: Found) => string | false

export const migrations = fileURLToPath(new URL('../migrations/', import.meta.url))
const changing = new Set(['now', 'clock_timestamp', 'statement_timestamp', 'random', 'gen_random_uuid', 'nextval'])
const coin = ['coin_id', 'coin_a_id']

/** The tables that the migrations place elsewhere than on the coordinator. */
const placements = new Map<string, Placement>(
  readdirSync(migrations)
    .flatMap((name) => [...readFileSync(migrations + name, 'utf8').matchAll(/select place_table\('(\w+)', '(\w+)'\)/g)])
    .filter(([, , where]) => where !== 'local')
    .map(([, table = '', where]) => [table, where === 'reference' ? 'reference' : 'distributed']),
)

const placementOf = (table: string): Placement => placements.get(table.replace(/_(\d{4}_\d{2}(_\d{2})?|default)$/, ''))
const isPlaced = (table: string): boolean => placementOf(table) !== undefined
const changedTable = ({ node }: Found): string => String((node.relation as Tree | undefined)?.relname)
const hasCoin = (list: unknown, type: string): boolean =>
  find(list, type).some(({ name }) => coin.includes(String(name)))
const factsIn = (select: Tree) => sourcesOf(select, placementOf).filter(({ kind }) => kind === 'distributed')
const toAliases = (sources: Source<Placement>[]) => sources.map(({ alias }) => alias)

/** Does a query with its subqueries read distributed tables of one coin only? One shard then holds them. */
const isOfOneCoin = (select: Tree): boolean =>
  [select, ...find(select, 'SelectStmt')].every(
    (each) => factsIn(each).every(({ isQuery }) => isQuery) || isFixed(each, coin),
  )

/** A distributed table on the right of a lateral join must be joined by coin to one on the left, or all are of one coin. */
function joinsLaterally(select: Tree): string | false {
  if (isOfOneCoin(select)) return false
  const facts = factsIn(select)
  const laterals = find(select.fromClause, 'RangeSubselect', 'SelectStmt').filter(({ lateral }) => lateral === true)
  for (const { subquery, alias } of laterals) {
    const inner = (subquery as { SelectStmt: Tree }).SelectStmt
    const inside = toAliases(factsIn(inner))
    const others = toAliases(facts).filter((name) => name !== (alias as Tree | undefined)?.aliasname)
    if (inside.length > 0 && !others.some((other) => areJoined(inner, [...inside, other], coin)))
      return 'a lateral join of a distributed table that is not by coin to another one'
  }
  const isOuterJoin = find(select.fromClause, 'JoinExpr', 'SelectStmt').some(
    ({ jointype, rarg }) =>
      jointype !== 'JOIN_INNER' && columnsOf(find(rarg, 'RangeFunction', 'SelectStmt')).length > 0,
  )
  return facts.length > 0 && isOuterJoin && 'a lateral outer join on a table function'
}

/** A correlated subquery may not read a table function of a column, nor facts for each row of a reference table. */
function readsOutside({ node, outer }: Found): string | false {
  const select = (node.subselect as { SelectStmt?: Tree } | undefined)?.SelectStmt
  if (select === undefined) return false
  const own = new Set(toAliases(sourcesOf(select, placementOf)))
  const others = new Set(toAliases(outer).filter((alias) => !own.has(alias)))
  const isCorrelated = (tree: unknown) => columnsOf(tree).some((column) => others.has(column.split('.')[0] ?? ''))
  const areFactsOutside = outer.some(({ kind }) => kind === 'distributed')
  if (areFactsOutside && isCorrelated(find(select.fromClause, 'RangeFunction', 'SelectStmt')))
    return 'a correlated subquery over a table function'
  const isPerReference = !areFactsOutside && outer.some(({ kind }) => kind === 'reference')
  return (
    isPerReference &&
    factsIn(select).length > 0 &&
    isCorrelated(select) &&
    'a correlated subquery of facts per reference row'
  )
}

const changes = (type: string, found: Found): boolean => found.type === type && isPlaced(changedTable(found))

/** `timestamptz + interval` is not immutable. */
const shiftsColumn = (tree: unknown): boolean =>
  find(tree, 'A_Expr').some(
    ({ lexpr, rexpr }) =>
      Object.hasOwn((lexpr as Tree | undefined) ?? {}, 'ColumnRef') &&
      /"sval":"(make_)?interval"/.test(JSON.stringify(rexpr)),
  )

/** What Citus refuses. */
const rules: Rule[] = [
  (found) =>
    changes('InsertStmt', found) &&
    functionsOf((found.node.onConflictClause as Tree | undefined)?.targetList).some((name) => changing.has(name)) &&
    'a function that is not immutable in DO UPDATE SET',
  (found) =>
    (changes('UpdateStmt', found) || changes('InsertStmt', found)) &&
    shiftsColumn([found.node.targetList, (found.node.onConflictClause as Tree | undefined)?.targetList]) &&
    'an interval added to a column in SET',
  (found) => changes('MergeStmt', found) && 'MERGE into a table that is not local',
  (found) => changes('CreateTrigStmt', found) && 'a trigger on a table that is not local',
  (found) =>
    changes('UpdateStmt', found) && hasCoin(found.node.targetList, 'ResTarget') && 'an update of the coin of a row',
  (found) =>
    changes('IndexStmt', found) &&
    placementOf(changedTable(found)) === 'distributed' &&
    found.node.unique === true &&
    !hasCoin(found.node.indexParams, 'IndexElem') &&
    'a unique index without the coin',
  (found) =>
    ['UpdateStmt', 'DeleteStmt'].includes(found.type) &&
    !isPlaced(changedTable(found)) &&
    tablesOf(found.node).some(isPlaced) &&
    'a change of a local table that reads one which is not local',
  ({ type, node }) => type === 'PartitionCmd' && node.concurrent === true && 'DETACH PARTITION CONCURRENTLY',
  ({ type, node }) =>
    type === 'SelectStmt' &&
    node.lockingClause !== undefined &&
    factsIn(node).length > 0 &&
    'FOR UPDATE or FOR SHARE of a distributed table',
  ({ type, node }) =>
    type === 'SelectStmt' &&
    !areJoined(node, toAliases(factsIn(node).filter(({ isQuery }) => !isQuery)), coin) &&
    'a join of distributed tables that is not by coin',
  ({ type, node }) => type === 'SelectStmt' && joinsLaterally(node),
  (found) => found.type === 'SubLink' && readsOutside(found),
]

/** Applies the rules to every node of a tree. `outer`: what the query around it reads from. */
function applyRules(tree: unknown, outer: Source<Placement>[] = []): string[] {
  if (typeof tree !== 'object' || tree === null) return []
  return Object.entries(tree as Tree).flatMap(([name, value]) => {
    if (typeof value !== 'object' || value === null) return []
    const node = value as Tree
    const type = node.limitOption === undefined ? name : 'SelectStmt'
    const found = rules.map((rule) => rule({ type, node, outer })).filter((text) => text !== false)
    return [...found, ...applyRules(node, type === 'SelectStmt' ? sourcesOf(node, placementOf) : outer)]
  })
}

await loadModule()

function parse(text: string) {
  try {
    return parseSync(text).stmts ?? []
  } catch (error) {
    if (hasSqlDetails(error)) return []
    throw error
  }
}

/**
 * What in a text of SQL a cluster of Citus refuses; empty when it runs there. Reads it by PostgreSQL's own parser and the
 * placements of the migrations. Empty also for a text that can't be parsed: every database refuses it.
 */
export function findUnportable(text: string): string[] {
  const stmts = parse(text)
  const isDefinition = (tree: unknown) => /^(Create|Alter|Drop|Index|Rename)/.test(Object.keys(tree as Tree)[0] ?? '')
  const defined = stmts.filter(({ stmt }) => isDefinition(stmt)).flatMap(({ stmt }) => tablesOf(stmt))
  const several = 'several statements at once, of which one defines a table that is not local'
  return [...new Set([...applyRules(stmts), ...(stmts.length > 1 && defined.some(isPlaced) ? [several] : [])])]
}
