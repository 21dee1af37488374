import { type DehydratedState, dehydrate, type QueryClient } from '@tanstack/react-query'

/** What the server asked for a page already, as the page's queries find it. */
export type Known = { known: DehydratedState }

export const toKnown = (client: QueryClient): Known => ({ known: dehydrate(client) })
