/**
 * A cookie without a secret that says whether there may be a session. Without it a page makes no request for one, and the
 * server renders the right account menu. The session itself is in the httpOnly cookie.
 */
export const sessionHint = 'cryptoflow_signed_in'

const maxSeconds = 30 * 86_400

export const hasHint = (): boolean => document.cookie.split('; ').includes(`${sessionHint}=1`)

export const setHint = (signedIn: boolean): void => {
  document.cookie = `${sessionHint}=1; path=/; max-age=${signedIn ? maxSeconds : 0}; samesite=lax`
}
