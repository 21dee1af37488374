import { jobIds, runStatuses } from '@contract/lists.ts'
import type { JobId, RunListQuery, RunStatus } from '@contract/pipeline.ts'
import { createLoader, createSerializer, parseAsInteger, parseAsStringLiteral } from 'nuqs/server'

const perPage = 20

/** The URL state of the pipeline page: filters and page of the runs, and the open run. */
export const pipelineParsers = {
  job: parseAsStringLiteral(jobIds),
  status: parseAsStringLiteral(runStatuses),
  page: parseAsInteger.withDefault(1),
  run: parseAsInteger,
}

export type PipelineState = { job: JobId | null; status: RunStatus | null; page: number; run: number | null }

export const loadPipelineState = createLoader(pipelineParsers)

const serialize = createSerializer(pipelineParsers)

/** The URL of the page in a state. */
export const toHref = (state: Partial<PipelineState>): string => serialize('/pipeline', state)

/** The query for the API, with the page clamped to what it accepts. */
export const toRunQuery = ({ job, status, page }: PipelineState): RunListQuery => ({
  page: Math.min(1_000_000, Math.max(1, page)),
  per_page: perPage,
  ...(job === null ? {} : { job_id: job }),
  ...(status === null ? {} : { status }),
})
