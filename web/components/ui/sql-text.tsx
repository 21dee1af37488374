import { ScrollRegion } from './scroll-region'

const clause = / (?=(?:from|where|group by|order by|having|limit|cross join|left join|join) )/g
const nextPart = /\), (?=\w+ as (?:materialized )?\()/g

/** Breaks a one-line statement before its clauses. */
const toLines = (sql: string): string => sql.replaceAll(nextPart, '),\n').replaceAll(clause, '\n  ')

/** A formatted SQL statement. */
export function SqlText({ sql, label }: { sql: string; label: string }) {
  return (
    <ScrollRegion label={label} className="mt-3 overflow-x-auto rounded-control border border-line bg-bg">
      <pre className="p-3 font-mono text-[12px] leading-5">{toLines(sql)}</pre>
    </ScrollRegion>
  )
}
