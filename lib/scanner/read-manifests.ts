/** All that Next takes for a handler. */
const METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"]);
const EXPORT_LIST = /\.s\(\[("[^\]]*)\]/g;

/** The address of a route file in Next's list of built files: `/api/ops/(told)/webhooks/route` is `/api/ops/webhooks`. */
export function addressOf(builtName: string): string | null {
  if (!builtName.endsWith("/route")) return null;
  return builtName.slice(0, -"/route".length).replace(/\/\([^)]*\)/g, "") || "/";
}

/**
 * The methods that a built route file answers, read from its chunks' lists of exports; none where they cannot be read so, which is the
 * scanner's own fault and no handler's.
 *
 * @param chunks  texts of the chunks that the file loads
 */
export function methodsOf(chunks: readonly string[]): readonly string[] {
  const found = new Set<string>();
  for (const chunk of chunks) {
    for (const [, list = ""] of chunk.matchAll(EXPORT_LIST)) {
      const names = [...list.matchAll(/"([A-Za-z]+)",/g)].map(([, name = ""]) => name);
      for (const name of names) if (METHODS.has(name)) found.add(name);
    }
  }
  return [...found].sort();
}

/** The chunks that a built file loads, relative to the build's folder. */
export function chunksOf(built: string): readonly string[] {
  return [...built.matchAll(/R\.c\("([^"]+)"\)/g)].map(([, chunk = ""]) => chunk);
}

interface ServerReferences {
  readonly node?: Readonly<Record<string, { readonly filename?: string; readonly exportedName?: string }>>;
}

/** Functions of pages in Next's list of what a browser may call. */
export function actionsOf(manifest: ServerReferences): readonly { readonly name: string; readonly id: string }[] {
  const all = Object.entries(manifest.node ?? {});
  const named = all.map(([id, { filename, exportedName }]) => ({
    id,
    name: filename && exportedName ? `${filename} ${exportedName}` : id,
  }));
  return named.sort((one, other) => (one.name < other.name ? -1 : 1));
}
