/** What `tell` says where the system's clock is that of `zone`. */
export function inZone<T>(zone: string, tell: () => T): T {
  const { TZ } = process.env
  process.env.TZ = zone
  try {
    return tell()
  } finally {
    if (TZ === undefined) delete process.env.TZ
    else process.env.TZ = TZ
  }
}
