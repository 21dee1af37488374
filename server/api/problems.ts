type Schema = {
  type?: string
  enum?: unknown[]
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  minItems?: number
  maxItems?: number
  format?: string
  description?: string
  properties?: Record<string, Schema>
  items?: Schema
}

type Problem = { instancePath: string; keyword: string; params: object; message?: string }

const toRange = (min: number | undefined, max: number | undefined): string => {
  if (min === undefined) return max === undefined ? '' : ` up to ${max}`
  return max === undefined ? ` of at least ${min}` : ` from ${min} to ${max}`
}

/** The values that a schema allows, in words. Null: unknown. */
function describe(schema: Schema, { keyword }: Problem): string | null {
  const { type, minimum, maximum, minLength = 0, maxLength, minItems = 0, maxItems } = schema
  if (schema.enum !== undefined) return `one of ${schema.enum.join(', ')}`
  if (type === 'integer') return `a whole number${toRange(minimum, maximum)}`
  if (type === 'number') return `a number${toRange(minimum, maximum)}`
  if (type === 'boolean') return 'true or false'
  if (type === 'array' && keyword !== 'uniqueItems')
    return `a list of ${minItems} to ${maxItems ?? 'any number of'} values`
  if (type === 'string' && keyword === 'pattern')
    return `text in the documented format${schema.description ? ` (${schema.description})` : ''}`
  if (type === 'string' && maxLength !== undefined) return `text of ${minLength} to ${maxLength} characters`
  return null
}

function findSchema(root: Schema | undefined, path: readonly string[]): Schema | undefined {
  return path.reduce<Schema | undefined>((at, name) => at?.properties?.[name] ?? at?.items, root)
}

/**
 * The error message for an invalid request: each invalid parameter with its allowed values. `schema` describes the part
 * of the request that has the problems.
 */
export function describeProblems(problems: readonly Problem[], schema: unknown): string {
  const messages = problems.map((problem) => {
    const path = problem.instancePath.split('/').filter((name) => name !== '')
    const found = path.length === 0 ? undefined : findSchema(schema as Schema, path)
    const allowed = found === undefined ? null : describe(found, problem)
    const missing = toMissing(problem)
    if (missing !== null) return `${[...path, missing].join('.')} is missing`
    const name = path.length === 0 ? 'the request' : path.join('.')
    return allowed === null ? `${name} ${problem.message ?? 'is not allowed'}` : `${name} must be ${allowed}`
  })
  return `Invalid request: ${[...new Set(messages)].join('; ')}`
}

/** The first missing parameter or field; null: none is missing. */
export const findMissing = (problems: readonly Problem[]): string | null =>
  problems.map(toMissing).find((name) => name !== null) ?? null

function toMissing({ keyword, params }: Problem): string | null {
  if (keyword !== 'required') return null
  const { missingProperty, requiredProperties } = params as { missingProperty?: string; requiredProperties?: string[] }
  return missingProperty ?? requiredProperties?.join(', ') ?? null
}
