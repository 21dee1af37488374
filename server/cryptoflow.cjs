#!/usr/bin/env node
// The command `cryptoflow`: checks Node before it reads any TypeScript.
const { findNodeProblem } = require('./cli/node-version.cjs')

const problem = findNodeProblem()
if (problem === null) void import('./main.ts')
else {
  process.stderr.write(`${problem}\n`)
  process.exitCode = 1
}
