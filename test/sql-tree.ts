/** A node of a syntax tree of libpg-query, or a list of them. */
export type Tree = Record<string, unknown>

/** A table, subquery or table function that a query reads from. */
export type Source<Kind> = { alias: string; kind: Kind; isQuery: boolean }

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null

/** The nodes of one type in a tree, in order, without those inside a node of type `barrier`. */
export function find(tree: unknown, type: string, barrier?: string): Tree[] {
  if (!isTree(tree)) return []
  return Object.entries(tree).flatMap(([name, value]) => {
    if (name === barrier) return []
    const inside = find(value, type, barrier)
    return name === type && isTree(value) ? [value, ...inside] : inside
  })
}

const textsOf = (list: unknown): string[] => find(list, 'String').map(({ sval }) => String(sval))

/** The columns in a tree as `alias.column`, or `column` where no alias is given. */
export const columnsOf = (tree: unknown): string[] =>
  find(tree, 'ColumnRef').map(({ fields }) => textsOf(fields).join('.'))

/** The names of the functions that a tree calls. `current_timestamp` and its like count as `now`. */
export const functionsOf = (tree: unknown): string[] => [
  ...find(tree, 'FuncCall').map(({ funcname }) => textsOf(funcname).at(-1) ?? ''),
  ...find(tree, 'SQLValueFunction').map(() => 'now'),
]

/** The names of the tables in a tree, also of those that a statement changes or drops. */
export const tablesOf = (tree: unknown): string[] => [
  ...[...find(tree, 'RangeVar'), ...find(tree, 'relation')].map(({ relname }) => String(relname)),
  ...find(tree, 'DropStmt').flatMap(({ objects }) => textsOf(objects)),
]

/** What a SELECT reads from at its own level. A subquery is of the kind of a table in it. */
export function sourcesOf<Kind>(select: Tree, kindOf: (table: string) => Kind): Source<Kind | undefined>[] {
  const aliasOf = ({ alias }: Tree) => (alias as { aliasname?: string } | undefined)?.aliasname
  const items = (type: string) => find(select.fromClause, type, 'SelectStmt')
  const tables = items('RangeVar').map((node) => {
    const name = String(node.relname)
    return { alias: aliasOf(node) ?? name, kind: kindOf(name), isQuery: false }
  })
  const queries = items('RangeSubselect').map((node) => {
    const inside = find(node.subquery, 'SelectStmt').flatMap((inner) => sourcesOf(inner, kindOf))
    return { alias: aliasOf(node) ?? '', kind: inside.find(({ kind }) => kind !== undefined)?.kind, isQuery: true }
  })
  const functions = items('RangeFunction').map((node) => ({
    alias: aliasOf(node) ?? '',
    kind: undefined,
    isQuery: true,
  }))
  return [...tables, ...queries, ...functions]
}

/** The sides of the equalities in the conditions of a SELECT, columns as `alias.column`. */
function equalitiesOf(select: Tree): [string, string][] {
  const toKey = (side: unknown) => {
    const column = isTree(side) && 'ColumnRef' in side ? columnsOf(side)[0] : undefined
    return column ?? JSON.stringify(side, (key, value) => (key === 'location' ? undefined : value))
  }
  const conditions = [
    select.whereClause,
    ...find(select.fromClause, 'JoinExpr', 'SelectStmt').map(({ quals }) => quals),
  ]
  return conditions
    .flatMap((condition) => find({ condition }, 'A_Expr', 'SubLink'))
    .filter(({ kind, name }) => kind === 'AEXPR_OP' && textsOf(name)[0] === '=')
    .map(({ lexpr, rexpr }) => [toKey(lexpr), toKey(rexpr)])
}

/** Do the conditions of a SELECT make one of `columns` equal to a parameter or constant? */
export const isFixed = (select: Tree, columns: string[]): boolean =>
  equalitiesOf(select).some(
    (sides) =>
      sides.some((side) => columns.includes(side.split('.').at(-1) ?? '')) &&
      sides.some((side) => /^\{"(ParamRef|A_Const|TypeCast)"(?!.*"ColumnRef")/.test(side)),
  )

/** Do the conditions of a SELECT make one of `columns` equal in all of these sources? */
export function areJoined(select: Tree, aliases: string[], columns: string[]): boolean {
  if (aliases.length < 2) return true
  const groups = equalitiesOf(select).map((pair) => new Set(pair))
  for (const { usingClause } of find(select.fromClause, 'JoinExpr', 'SelectStmt'))
    for (const column of textsOf(usingClause)) groups.push(new Set(aliases.map((alias) => `${alias}.${column}`)))
  const merged = groups.map((group) => {
    const all = new Set(group)
    for (let size = -1; size !== all.size; ) {
      size = all.size
      for (const other of groups) if ([...other].some((key) => all.has(key))) for (const key of other) all.add(key)
    }
    return all
  })
  return merged.some((group) => aliases.every((alias) => columns.some((column) => group.has(`${alias}.${column}`))))
}
