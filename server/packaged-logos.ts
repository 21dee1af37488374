import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'

/** Coins whose icon the package files under another id. Null: the package shows the icon of another coin. */
const corrections: Readonly<Record<string, string | null>> = {
  'berachain-bera': 'berachain',
  'ethena-usde': 'usde',
  hyperliquid: 'hyper-evm',
  'immutable-x': 'imx',
  jupiter: null,
  'jupiter-exchange-solana': 'jup',
  kaia: 'kaia',
  monad: 'monad',
  movement: 'movement',
  plasma: 'plasma',
  ronin: 'ronin',
  'sonic-3': 'sonic',
  'worldcoin-wld': 'world',
}

/** The start of the SHA-256 of an image in base64url. */
export const toImageHash = (image: string | Uint8Array): string =>
  createHash('sha256').update(image).digest('base64url').slice(0, 12)

/** An SVG icon of a coin. */
export class PackagedLogo {
  readonly svg: string
  #hash: string | undefined

  constructor(body: string) {
    this.svg = `<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64" viewBox="0 0 24 24">${body}</svg>`
  }

  /** The version of the icon. */
  get hash(): string {
    this.#hash ??= toImageHash(this.svg)
    return this.#hash
  }
}

/**
 * The icons with a background of their own, which are legible in both themes, by CoinGecko id. `token:BTC` and
 * `network:ton` name files of the set.
 */
async function readLogos(): Promise<ReadonlyMap<string, PackagedLogo>> {
  const [{ tokens }, text] = await Promise.all([
    import('@web3icons/common/metadata/tokens'),
    readFile(new URL(import.meta.resolve('@iconify-json/token-branded/icons.json')), 'utf8'),
  ])
  const { icons } = JSON.parse(text) as { icons: Record<string, { body: string } | undefined> }
  const names = new Map<string, string | null>(
    tokens.map(({ id, filePath }) => [id, filePath.replace(/^\w+:/, '').toLowerCase()]),
  )
  for (const [id, name] of Object.entries(corrections)) names.set(id, name)
  const logos = new Map<string, PackagedLogo>()
  for (const [id, name] of names) {
    const icon = icons[`${name}-background`]
    if (icon !== undefined) logos.set(id, new PackagedLogo(icon.body))
  }
  return logos
}

let loading: Promise<ReadonlyMap<string, PackagedLogo>> | undefined

/** The packaged icons by CoinGecko id, never by symbol, which several coins share. Read once per process. */
export function loadPackagedLogos(): Promise<ReadonlyMap<string, PackagedLogo>> {
  loading ??= readLogos()
  return loading
}
