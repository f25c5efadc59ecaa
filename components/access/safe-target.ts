/**
 * Where to go after signing in: a path of our own, else the overview. Browsers read `//host`, `/\host` and control
 * characters in ways that lead elsewhere.
 */
export function safeTarget(wanted: string | null): string {
  return wanted !== null && /^\/(?![/\\])[\x21-\x7e]*$/.test(wanted) && !wanted.startsWith("/signin") ? wanted : "/";
}
