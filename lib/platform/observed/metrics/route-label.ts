const VARIES = /^(?:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{16,}|\d+|.*[^a-z0-9.-].*|.{41,})$/i;
const DEEPEST = 8;

/**
 * The path of a request as a label: what varies from call to call is left out, so that there are as many labels as routes. What was not
 * found is one label, or anybody could make up new ones.
 */
export function routeLabel(path: string, status: number): string {
  if (status === 404 || status === 405) return "not found";
  const parts = path.split("/").slice(0, DEEPEST);
  return parts.map((part) => (part !== "" && VARIES.test(part) ? ":id" : part)).join("/");
}
