/**
 * Whether a path is one of a route's: `[id]` stands for one part, `[...rest]` for one or more.
 *
 * @param pattern  as the route's file says it: `/api/ops/plugins/[id]`
 */
export function matchesPath(pattern: string, path: string): boolean {
  const [wanted, given] = [pattern.split("/"), path.split("/")];
  for (const [at, part] of wanted.entries()) {
    if (part.startsWith("[...")) return given.length > at;
    const isAny = part.startsWith("[") && part.endsWith("]");
    if (isAny ? !given[at] : part !== given[at]) return false;
  }
  return wanted.length === given.length;
}
