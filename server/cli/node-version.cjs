// Plain JavaScript: a Node that cannot run CryptoFlow must still be able to read this and say so.

/** The first Node that has all that CryptoFlow imports: argon2 came with 24.7. */
const minimum = [24, 7]

/**
 * Why this Node cannot run CryptoFlow, and what to do; null when it can. Versions before 24.7 and builds without
 * argon2 are refused.
 * @param {string} version as in `process.versions.node`
 * @param {{ argon2?: unknown }} crypto the module `node:crypto`
 * @returns {string | null}
 */
function findNodeProblem(version = process.versions.node, crypto = require('node:crypto')) {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const isOld = major < minimum[0] || (major === minimum[0] && minor < minimum[1])
  const remedy =
    'Run `npm ci` and start with `npm start` or `npx cryptoflow`, which use the Node that it installs. ' +
    `If there is none for this platform (${process.platform}-${process.arch}), install the newest Node from https://nodejs.org.`
  if (isOld) return `CryptoFlow needs Node ${minimum.join('.')} or newer, and this is Node ${version}. ${remedy}`
  if (typeof crypto.argon2 !== 'function')
    return `This build of Node ${version} has no argon2, which CryptoFlow needs for passwords. ${remedy}`
  return null
}

module.exports = { findNodeProblem }
