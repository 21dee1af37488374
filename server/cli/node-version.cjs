// Plain JavaScript: also an old Node must be able to run this check.

/** The first Node with argon2. */
const minimum = [24, 7]

/**
 * Why this Node can't run CryptoFlow, and what to do. Null: it can. Rejects versions before 24.7 and builds without
 * argon2.
 * @param {string} version as in `process.versions.node`
 * @param {{ argon2?: unknown }} crypto the module `node:crypto`
 * @returns {string | null}
 */
function findNodeProblem(version = process.versions.node, crypto = require('node:crypto')) {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const isOld = major < minimum[0] || (major === minimum[0] && minor < minimum[1])
  const remedy =
    'Run `npm ci` and start with `npm start` or `npx cryptoflow`, which use the installed Node. ' +
    `If there is no Node for this platform (${process.platform}-${process.arch}), install the newest Node from https://nodejs.org.`
  if (isOld) return `CryptoFlow needs Node ${minimum.join('.')} or newer. This is Node ${version}. ${remedy}`
  if (typeof crypto.argon2 !== 'function')
    return `This build of Node ${version} has no argon2, which CryptoFlow needs for passwords. ${remedy}`
  return null
}

module.exports = { findNodeProblem }
