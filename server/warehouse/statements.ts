/**
 * The statements of SQL text, in order, by PostgreSQL's own parser. Citus runs several statements of one message as a unit
 * in which it can't distribute tables. Throws the parser's error.
 */
export async function splitStatements(text: string): Promise<string[]> {
  const { parse } = await import('libpg-query')
  const bytes = Buffer.from(text)
  const { stmts = [] } = await parse(text)
  return stmts.map(({ stmt_location: from = 0, stmt_len: length = bytes.length - from }) =>
    bytes
      .subarray(from, from + length)
      .toString()
      .trim(),
  )
}
