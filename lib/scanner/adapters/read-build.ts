import { readFile } from "node:fs/promises";
import path from "node:path";
import { actionsOf, addressOf, chunksOf, methodsOf } from "../read-manifests";
import type { BuiltSurface } from "../types";

const json = async (file: string) => JSON.parse(await readFile(file, "utf8")) as Record<string, never>;

/** Kinds of files that are opened by other programs, as a built handler names them. */
const NAMES_FILE = /["'`](?:text\/(?:csv|tab-separated-values|markdown)|application\/vnd\.ms-excel)(?:;[^"'`]*)?["'`](?!\s*:)/;

/** What a build holds that may be called, and which of its routes name a kind of file. */
export interface ReadBuild {
  readonly surface: BuiltSurface;
  readonly exporting: readonly string[];
  /** What could not be read: nothing is said of these, and nothing is closed because of them. */
  readonly unreadable: readonly string[];
}

/**
 * Enumerates every route handler and server action of a build, from what Next itself serves by.
 *
 * @param folder  the build: `.next`
 * @throws Error where there is no build, or one that cannot be read: nothing is said of it then
 */
export async function readBuild(folder: string): Promise<ReadBuild> {
  const paths = await json(path.join(folder, "server", "app-paths-manifest.json"));
  const references = await json(path.join(folder, "server", "server-reference-manifest.json"));
  const texts = new Map<string, Promise<string>>();
  const chunk = (name: string) => {
    const text = texts.get(name) ?? readFile(path.join(folder, name), "utf8");
    texts.set(name, text);
    return text;
  };
  const [routes, exporting, unreadable]: [string[], string[], string[]] = [[], [], []];
  for (const [name, file] of Object.entries(paths)) {
    const address = addressOf(name);
    if (address === null) continue;
    const built = await readFile(path.join(folder, "server", file), "utf8");
    const chunks = await Promise.all(chunksOf(built).map(chunk));
    const own = chunks.filter((text) => methodsOf([text]).length > 0);
    const methods = methodsOf(chunks);
    if (methods.length === 0) unreadable.push(address);
    routes.push(...methods.map((method) => `${method} ${address}`));
    if (own.some((text) => NAMES_FILE.test(text))) exporting.push(address);
  }
  const actions = actionsOf(references);
  unreadable.push(...actions.filter(({ name, id }) => name === id).map(({ id }) => `ACTION ${id}`));
  const named = actions.filter(({ name, id }) => name !== id);
  return { surface: { routes: routes.sort(), actions: named }, exporting: exporting.sort(), unreadable: unreadable.sort() };
}
