import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { parseAllDocuments, parseDocument } from 'yaml'
import { createMetrics } from '../server/api/metrics.ts'
import { systemClock } from '../server/clock.ts'
import { readConfig } from '../server/config.ts'
import { Hub } from '../server/live/hub.ts'

const folder = fileURLToPath(new URL('../deploy/kubernetes/', import.meta.url))
const finishSeconds = 15

type Labels = Record<string, string>
type Env = { name: string; value?: string }
type Probe = { httpGet: { path: string } }
type Container = { env: Env[]; startupProbe: Probe; livenessProbe: Probe; readinessProbe: Probe }
type Pod = { terminationGracePeriodSeconds: number; containers: [Container] }
type Resource = {
  kind: string
  metadata: { name: string }
  data?: Record<string, string>
  spec: {
    selector: Labels & { matchLabels?: Labels }
    template: { metadata: { labels: Labels }; spec: Pod }
    scaleTargetRef: { kind: string; name: string }
    metrics: { pods?: { metric: { name: string } } }[]
  }
}

const parse = (text: string): Resource[] =>
  parseAllDocuments(text).map((document) => {
    assert.deepEqual([...document.errors, ...document.warnings], [])
    return document.toJS() as Resource
  })

const files = readdirSync(folder).filter((name) => name !== 'kustomization.yaml')
const resources = files.flatMap((name) => parse(readFileSync(folder + name, 'utf8')))
const byKind = (kind: string) => resources.filter((resource) => resource.kind === kind)

/** The type of each kind in `kubernetes-types`. */
const modules: Record<string, string> = {
  ConfigMap: 'core/v1',
  Deployment: 'apps/v1',
  HorizontalPodAutoscaler: 'autoscaling/v2',
  PodDisruptionBudget: 'policy/v1',
  Service: 'core/v1',
  StatefulSet: 'apps/v1',
}

/** What the TypeScript compiler finds in resources that are written as constants of their type. */
function check(checked: readonly { kind: string }[]): string[] {
  const lines = checked.map(({ kind, ...rest }, index) => {
    const type = `import('kubernetes-types/${modules[kind]}').${kind}`
    return `export const r${index}: ${type} = ${JSON.stringify({ ...rest, kind })}`
  })
  const name = `${folder}checked.ts`
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
    lib: ['lib.es2022.d.ts'],
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
  }
  const host = ts.createCompilerHost(options)
  const { fileExists, readFile } = host
  host.fileExists = (path) => path === name || fileExists(path)
  host.readFile = (path) => (path === name ? lines.join('\n') : readFile(path))
  const program = ts.createProgram([name], options, host)
  return ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '))
}

test('Kubernetes manifests have the fields and types of their kinds', () => {
  const [deployment] = byKind('Deployment')
  const wrong = [
    { ...deployment, kind: 'Deployment', spec: { ...deployment?.spec, replcas: 2 } },
    { ...deployment, kind: 'Deployment', spec: { ...deployment?.spec, replicas: '2' } },
    { ...deployment, kind: 'Deployment', spec: { template: deployment?.spec.template } },
  ]
  const problems = check([...resources, ...wrong])
  assert.equal(problems.length, 3, problems.join('\n'))
  for (const [index, words] of [
    /replcas.* does not exist/,
    /'string' is not assignable/,
    /'selector' is missing/,
  ].entries())
    assert.match(problems[index] ?? '', words)
})

test('the parts of the Kubernetes manifests belong together', () => {
  const { resources: listed } = parseDocument(readFileSync(`${folder}kustomization.yaml`, 'utf8')).toJS()
  assert.deepEqual([...listed].sort(), files.sort())
  const workloads = [...byKind('Deployment'), ...byKind('StatefulSet')]
  const labels = workloads.map(({ spec }) => spec.template.metadata.labels)
  const selects = (selector: Labels) =>
    labels.filter((each) => Object.entries(selector).every(([key, value]) => each[key] === value)).length
  for (const { kind, metadata, spec } of [...workloads, ...byKind('Service'), ...byKind('PodDisruptionBudget')])
    assert.equal(selects(spec.selector.matchLabels ?? spec.selector), 1, `${kind} ${metadata.name}`)
  const metrics = createMetrics({ hub: new Hub(systemClock), produced: null, db: null })
  const [{ spec } = assert.fail()] = byKind('HorizontalPodAutoscaler')
  assert.ok(
    workloads.some(
      ({ kind, metadata }) => `${kind} ${metadata.name}` === `${spec.scaleTargetRef.kind} ${spec.scaleTargetRef.name}`,
    ),
  )
  const names = spec.metrics.flatMap(({ pods }) => pods?.metric.name ?? [])
  assert.deepEqual(
    names.map((name) => metrics.getSingleMetric(name) !== undefined),
    [true],
  )
})

test('Kubernetes starts every role with valid settings and lets it finish', () => {
  const settings = byKind('ConfigMap')[0]?.data ?? {}
  const { STOP_DELAY_SECONDS } = readConfig(settings)
  const roles = byKind('Deployment').flatMap(({ spec }) => {
    const { containers, terminationGracePeriodSeconds } = spec.template.spec
    const [{ env = [], ...probes }] = containers
    const ROLES = env.find(({ name }) => name === 'ROLES')?.value
    if (ROLES === undefined) return []
    assert.ok(terminationGracePeriodSeconds >= STOP_DELAY_SECONDS + finishSeconds)
    const paths = [probes.startupProbe, probes.livenessProbe, probes.readinessProbe].map(({ httpGet }) => httpGet.path)
    assert.deepEqual(paths, ['/livez', '/livez', '/readyz'])
    return readConfig({ ...settings, ROLES }).ROLES
  })
  assert.deepEqual(roles.sort(), ['api', 'jobs', 'live', 'web'])
  for (const name of Object.keys(settings)) assert.ok(name in readConfig({}), name)
})
