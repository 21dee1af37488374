import { constants, deflateRawSync } from 'node:zlib'

const finalText = 0x81
const finalDeflatedText = 0xc1
const maxLength7 = 125
const maxLength16 = 65_535
/** What a sync flush ends with, and a compressed message leaves out (RFC 7692, section 7.2.1). */
const flushBytes = 4
/** Compression costs as much as several writes, and short texts do not shrink. */
const minSharers = 4
const minDeflatedBytes = 128

/**
 * An unmasked frame of a server (RFC 6455, section 5.2). `ws` frames a message for one socket; here one frame serves all
 * clients that get the same text.
 */
function toFrame(first: number, payload: Buffer): Buffer {
  const { length } = payload
  const header = Buffer.alloc(length <= maxLength7 ? 2 : length <= maxLength16 ? 4 : 10)
  header[0] = first
  if (header.length === 2) header[1] = length
  else if (header.length === 4) {
    header[1] = 126
    header.writeUInt16BE(length, 2)
  } else {
    header[1] = 127
    header.writeBigUInt64BE(BigInt(length), 2)
  }
  return Buffer.concat([header, payload])
}

export const frameText = (text: Buffer): Buffer => toFrame(finalText, text)

/** A compressed frame for clients with permessage-deflate. It needs no other message, so clients can share it. */
export function frameDeflated(text: Buffer): Buffer {
  const deflated = deflateRawSync(text, { finishFlush: constants.Z_SYNC_FLUSH })
  return toFrame(finalDeflatedText, deflated.subarray(0, -flushBytes))
}

/**
 * Frames messages for one client after the other. The frames of the last text are kept: compressed ones once a fourth
 * client gets the same text.
 */
export class Framer {
  #text: Buffer | null = null
  #plain: Buffer | null = null
  #deflated: Buffer | null = null
  #sharers = 0

  frame(text: Buffer, { deflates }: { deflates: boolean }): Buffer {
    if (this.#text !== text) [this.#text, this.#plain, this.#deflated, this.#sharers] = [text, null, null, 0]
    if (deflates && text.length >= minDeflatedBytes) {
      this.#sharers += 1
      if (this.#sharers >= minSharers) {
        this.#deflated ??= frameDeflated(text)
        return this.#deflated
      }
    }
    this.#plain ??= frameText(text)
    return this.#plain
  }
}
