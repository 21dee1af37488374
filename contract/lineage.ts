import { Type } from 'typebox'
import { JobHealth } from './pipeline.ts'
import { Instant, Nullable } from './units.ts'

/** Counts of the latest results of checks. */
const CheckCounts = Type.Object({
  passed: Type.Integer(),
  warnings: Type.Integer(),
  failed: Type.Integer(),
  errors: Type.Integer(),
  no_data: Type.Integer(),
})

/**
 * A source, table or page. `inputs`: the ids of the nodes that its data comes from; `jobs`: what writes it; `newest_at`:
 * time of its newest data, of a page that of its oldest input; `checks`: of the table, of a page those of its inputs.
 */
export const LineageNode = Type.Object({
  id: Type.String(),
  kind: Type.Enum(['source', 'table', 'page']),
  inputs: Type.Array(Type.String()),
  jobs: Type.Array(Type.Object({ job_id: Type.String(), state: JobHealth.properties.state })),
  newest_at: Nullable(Instant),
  checks: CheckCounts,
})
export type LineageNode = Type.Static<typeof LineageNode>

/** Sources, then tables, then pages. Every input comes before its node. */
export const Lineage = Type.Object({ now: Instant, nodes: Type.Array(LineageNode) })
export type Lineage = Type.Static<typeof Lineage>
