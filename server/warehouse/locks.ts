/** Keys of PostgreSQL advisory locks. They are global to the database, so all are listed here. */
export const locks = {
  migrations: 7_162_534,
  partitions: 7_162_535,
  /** The first of a pair of keys, whose second is a month. */
  candles: 7_162_536,
  lead: 7_162_537,
  incidents: 7_162_538,
} as const
