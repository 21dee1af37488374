import { Linter, type Rule, type Scope } from 'eslint'
import type { Identifier, MemberExpression, Node } from 'estree'
import { listNewerApis } from './newer-apis.ts'

const apis = listNewerApis()
const globalObjects = ['globalThis', 'self', 'window']

type Parented = Rule.Node
type Use = { node: Parented; api: string }

const getName = ({ property, computed }: MemberExpression): string | null => {
  if (!computed && property.type === 'Identifier') return property.name
  return computed && property.type === 'Literal' && typeof property.value === 'string' ? property.value : null
}

/** Whether a missing value of `node` would throw: it is called, constructed or accessed without `?.`. */
function isNeeded(node: Parented): boolean {
  const parent: Node | null = node.parent
  if (parent?.type === 'CallExpression') return parent.callee === node && !parent.optional
  if (parent?.type === 'NewExpression') return parent.callee === node
  return parent?.type === 'MemberExpression' && parent.object === node && !parent.optional
}

/** The condition of a node and the code that depends on it. */
function getCondition(node: Parented): Node | null {
  if (node.type === 'IfStatement' || node.type === 'ConditionalExpression') return node.test
  return node.type === 'LogicalExpression' ? node.left : null
}

/** Whether a condition around or before the use tests the API by name, or a `try` catches its absence. */
function isGuarded(use: Use, getText: (node: Node) => string): boolean {
  const name = use.api.split('.').at(-1) ?? ''
  const asks = (node: Node) => new RegExp(`\\b${name}\\b`).test(getText(node))
  for (let node: Parented | null = use.node; node !== null; node = node.parent) {
    if (node.type === 'UnaryExpression' && node.operator === 'typeof') return true
    if (node.parent?.type === 'TryStatement' && node.parent.block === node && node.parent.handler) return true
    const condition = getCondition(node)
    if (condition !== null && asks(condition)) return true
    if (node.type === 'BlockStatement') {
      const isEarly = node.body.some(
        (statement) =>
          statement.type === 'IfStatement' &&
          (statement.range?.[0] ?? 0) < (use.node.range?.[0] ?? 0) &&
          asks(statement.test),
      )
      if (isEarly) return true
    }
  }
  return false
}

/** Member names that the code defines: calls of those are not calls of browser APIs. */
function toDefinedName(node: Node): string | null {
  if (node.type === 'AssignmentExpression' && node.left.type === 'MemberExpression') return getName(node.left)
  if (node.type !== 'Property' && node.type !== 'MethodDefinition' && node.type !== 'PropertyDefinition') return null
  if (node.key.type === 'Identifier' && !node.computed) return node.key.name
  return node.key.type === 'Literal' ? String(node.key.value) : null
}

/** Uses of a global. A global that ESLint knows is a variable without a definition. */
const listGlobals = ({ through, variables }: Scope.Scope): Identifier[] =>
  [...through, ...variables.flatMap(({ defs, references }) => (defs.length === 0 ? references : []))].map(
    ({ identifier }) => identifier as Identifier,
  )

const rule: Rule.RuleModule = {
  meta: { schema: [{ type: 'array', items: { type: 'string' } }] },
  create(context) {
    const { sourceCode } = context
    const defined = new Set<string>(context.options[0])
    const members: (MemberExpression & Parented)[] = []
    const report = (use: Use) => {
      if (!isGuarded(use, (node) => sourceCode.getText(node))) context.report({ node: use.node, message: use.api })
    }
    const reportMember = (node: MemberExpression & Parented, globals: ReadonlySet<Node>) => {
      const name = getName(node)
      const owner = globals.has(node.object) ? (node.object as Identifier).name : null
      if (name === null || !isNeeded(node) || apis.globals.has(owner ?? '')) return
      const api = `${owner ?? ''}.${name}`
      if (owner !== null && globalObjects.includes(owner)) {
        if (apis.globals.has(name)) report({ node, api: name })
      } else if (apis.statics.has(api)) report({ node, api })
      else if (node.parent.type === 'CallExpression' && apis.names.has(name) && !defined.has(name))
        report({ node, api: `.${name}` })
    }
    return {
      MemberExpression: (node) => members.push(node),
      'Program:exit'(program) {
        const globals = listGlobals(sourceCode.getScope(program as Node))
        for (const node of globals)
          if (apis.globals.has(node.name)) report({ node: node as Identifier & Parented, api: node.name })
        const read = new Set<Node>(globals)
        for (const node of members) reportMember(node, read)
      },
    }
  },
}

const linter = new Linter()
const toConfig = (rules: Linter.RulesRecord, plugins: Record<string, Rule.RuleModule>): Linter.Config => ({
  linterOptions: { noInlineConfig: true },
  // The newest syntax of every supported browser: newer syntax is a parsing error.
  languageOptions: { ecmaVersion: 2023, sourceType: 'script', globals: {} },
  plugins: { browsers: { rules: plugins } },
  rules,
})

function listDefined(code: string): string[] {
  const names: string[] = []
  const collect: Rule.RuleModule = {
    create: () => ({
      '*'(node: Node) {
        const name = toDefinedName(node)
        if (name !== null) names.push(name)
      },
    }),
  }
  linter.verify(code, toConfig({ 'browsers/collect': 'error' }, { collect }))
  return names
}

/** Uses of newer syntax or APIs without a guard in scripts that a page loads together, as `file:line:column API`. */
export function listUnguarded(scripts: readonly { name: string; code: string }[]): string[] {
  const defined = [...new Set(scripts.flatMap(({ code }) => listDefined(code)))]
  return scripts.flatMap(({ name, code }) =>
    linter
      .verify(code, toConfig({ 'browsers/unguarded': ['error', defined] }, { unguarded: rule }))
      .map(({ line, column, message }) => `${name}:${line}:${column} ${message}`),
  )
}
