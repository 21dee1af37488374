import { availableParallelism, cpus, totalmem } from 'node:os'

/** A number with at least three significant digits. */
const toText = (value: number): string =>
  Math.abs(value) >= 1000 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(3)))

const toMachine = (): string =>
  [
    `${availableParallelism()} cores (${cpus()[0]?.model ?? process.arch})`,
    `${Math.round(totalmem() / 2 ** 30)} GiB`,
    `${process.platform} ${process.arch}`,
    `Node ${process.versions.node}`,
  ].join(', ')

/** The section of a benchmark in docs/benchmarks.md: its command, day, machine and numbers. */
export function toSection(name: string, { ratio = Number.NaN, limit = Number.NaN, ...rest }: Record<string, number>) {
  const result = `ratio ${toText(ratio)}, limit ${toText(limit)}: ${ratio <= limit ? 'within the limit' : 'over the limit'}`
  const rows = Object.entries(rest).map(([key, value]) => `| ${key} | ${toText(value)} |`)
  const day = new Date().toISOString().slice(0, 10)
  return [
    `## ${name}`,
    '',
    `\`npm run bench -- ${name}\`, ${day}, ${toMachine()}: ${result}.`,
    '',
    '| number | value |',
    '| --- | --- |',
    ...rows,
    '',
  ].join('\n')
}

/** Replaces the section of a benchmark in the document, or adds it at the end. Sections are headings of level 2. */
export function replaceSection(document: string, name: string, section: string): string {
  const [head = '', ...sections] = document.split(/^(?=## )/m)
  const isSame = (text: string) => text.startsWith(`## ${name}\n`)
  const others = sections.map((text) => (isSame(text) ? `${section}\n` : text))
  if (!sections.some(isSame)) others.push(`\n${section}`)
  return `${[head, ...others].join('').trimEnd()}\n`
}
