/** Who is signed in, and what proves it to the API. */
export type Session = { role: 'user' | 'administrator'; accessToken: string }

/** The session of this page; null while nobody is signed in. */
export const useSession = (): Session | null => null
