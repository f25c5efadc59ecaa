const METHODS = ["update", "rollback", "config_update", "restart", "ping", "isolate", "commit"] as const;

/** What an attempt does, in the reader's words; a method that this page does not know keeps its own name. */
export function methodName(t: (key: (typeof METHODS)[number]) => string, method: string): string {
  const known = METHODS.find((name) => name === method);
  return known ? t(known) : method;
}
