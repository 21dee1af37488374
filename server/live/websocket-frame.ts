const textFrame = 0x81
const maxLength7 = 125
const maxLength16 = 65_535

/**
 * An unmasked text frame, as a server sends it (RFC 6455, section 5.2). Written by hand because a frame of `ws` belongs to
 * one socket: here one frame is encoded once for all clients that get the same text.
 */
export function frameText(text: Buffer): Buffer {
  const header = Buffer.alloc(text.length <= maxLength7 ? 2 : text.length <= maxLength16 ? 4 : 10)
  header[0] = textFrame
  if (header.length === 2) header[1] = text.length
  else if (header.length === 4) {
    header[1] = 126
    header.writeUInt16BE(text.length, 2)
  } else {
    header[1] = 127
    header.writeBigUInt64BE(BigInt(text.length), 2)
  }
  return Buffer.concat([header, text])
}

let last: { text: Buffer; frame: Buffer } = { text: Buffer.alloc(0), frame: frameText(Buffer.alloc(0)) }

/** The frame of a text, cached for consecutive clients. */
export function frameOnce(text: Buffer): Buffer {
  if (last.text !== text) last = { text, frame: frameText(text) }
  return last.frame
}
