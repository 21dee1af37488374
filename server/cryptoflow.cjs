#!/usr/bin/env node
// The command `cryptoflow`: checks Node before it reads any TypeScript.
const { enableCompileCache } = require('node:module')
const { join } = require('node:path')
const { findNodeProblem } = require('./cli/node-version.cjs')

const problem = findNodeProblem()
if (problem === null) {
  // Commands start a third faster. Nothing is cached where the folder is not writable.
  enableCompileCache(join(__dirname, '../node_modules/.cache/cryptoflow'))
  void import('./main.ts')
} else {
  process.stderr.write(`${problem}\n`)
  process.exitCode = 1
}
