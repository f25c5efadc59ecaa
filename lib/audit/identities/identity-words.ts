/**
 * What looks like somebody's address: in `person:ada@center.test`, in an answer, in a sentence. A version (`search@1.8.0`) is none. An apostrophe
 * belongs to it (`o'brien@shop.test`), unless it begins a word: then somebody quotes.
 */
const ADDRESS =
  /(?:(?<=^|person:)'(?=\S*[^\s']$)|[^\s@:;,<>()[\]"'`|/~])[^\s@:;,<>()[\]"`|/~]*@[^\s@:;,<>()[\]"'`|/~]+\.[a-z]{2,}(?![\w.-]*\w)/giu;
const TOKEN = /~([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/g;

/** A word of the log that says who somebody is; a name goes with the address beside it. */
export interface IdentityWord {
  readonly kind: "address" | "name";
  readonly address: string;
  /** The word itself, as it was written. */
  readonly text: string;
}

// An instant is a word of its own, not an object of none.
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !(value instanceof Date);
const addressesIn = (text: string): string[] => (text.includes("@") ? (text.match(ADDRESS) ?? []) : []);

/** The name that stands beside an address in one object, as in a person's record. */
function nameBeside(value: Readonly<Record<string, unknown>>): IdentityWord | null {
  const [address] = typeof value.email === "string" ? addressesIn(value.email) : [];
  return address !== undefined && typeof value.name === "string" && value.name !== "" ? { kind: "name", address, text: value.name } : null;
}

/** Every word of a value that says who somebody is, each once. @param value plain JSON */
export function wordsIn(value: unknown, found = new Map<string, IdentityWord>()): Map<string, IdentityWord> {
  if (typeof value === "string") {
    for (const text of addressesIn(value)) found.set(`address ${text}`, { kind: "address", address: text, text });
  } else if (Array.isArray(value)) {
    for (const item of value) wordsIn(item, found);
  } else if (isObject(value)) {
    const name = nameBeside(value);
    if (name) found.set(`name ${name.address} ${name.text}`, name);
    for (const [key, member] of Object.entries(value)) {
      wordsIn(key, found);
      wordsIn(member, found);
    }
  }
  return found;
}

/** The same value with an alias for each such word. @param aliasOf  the alias of a word by its key in wordsIn */
export function withAliases(value: unknown, aliasOf: ReadonlyMap<string, string>): unknown {
  const token = (key: string, text: string) => (aliasOf.has(key) ? `~${aliasOf.get(key)}` : text);
  if (typeof value === "string") return value.includes("@") ? value.replace(ADDRESS, (text) => token(`address ${text}`, text)) : value;
  if (Array.isArray(value)) return value.map((item) => withAliases(item, aliasOf));
  if (!isObject(value)) return value;
  const name = nameBeside(value);
  const members = Object.entries(value).map(([key, member]) => {
    const isName = name !== null && key === "name";
    return [withAliases(key, aliasOf), isName ? token(`name ${name.address} ${name.text}`, name.text) : withAliases(member, aliasOf)];
  });
  return Object.fromEntries(members);
}

/** Every alias in a text. */
export function aliasesIn(text: string): string[] {
  return [...new Set([...text.matchAll(TOKEN)].map(([, alias]) => alias ?? ""))];
}

/** The same value with the words behind its aliases; of somebody who was erased there is none, and the alias alone tells them apart. */
export function withWords(value: unknown, wordOf: ReadonlyMap<string, string>): unknown {
  if (typeof value === "string") {
    return value.includes("~") ? value.replace(TOKEN, (_token, alias: string) => wordOf.get(alias) ?? `erased-${alias.slice(-8)}`) : value;
  }
  if (Array.isArray(value)) return value.map((item) => withWords(item, wordOf));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [withWords(key, wordOf), withWords(member, wordOf)]));
}
