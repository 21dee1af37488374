/**
 * A cookie without a secret that says whether there may be a session: without it a page asks for none, and the server's
 * first paint knows which of both to draw. The session itself is the httpOnly cookie beside it.
 */
export const sessionHint = 'cryptoflow_signed_in'

const longestSeconds = 30 * 86_400

export const hasHint = (): boolean => document.cookie.split('; ').includes(`${sessionHint}=1`)

export const setHint = (signedIn: boolean): void => {
  document.cookie = `${sessionHint}=1; path=/; max-age=${signedIn ? longestSeconds : 0}; samesite=lax`
}
