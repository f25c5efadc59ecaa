/** What a key press asks for. */
export type KeyAction = { readonly do: "go"; readonly href: string } | { readonly do: "next" | "previous" | "search" | "help" } | null;

const GO: Readonly<Record<string, string>> = {
  a: "/approvals",
  d: "/sira",
  f: "/fleet",
  i: "/incidents",
  l: "/audit",
  o: "/",
  s: "/safety",
  u: "/modules",
  v: "/releases",
};

/**
 * Meaning of one key, given the one pressed just before it.
 *
 * @param leader  "g" when it was pressed within the last second and a half, else null
 * @returns the action, and whether this key now leads a pair
 */
export function readKey(key: string, leader: "g" | null): { readonly action: KeyAction; readonly leads: boolean } {
  if (leader === "g") {
    const href = Object.hasOwn(GO, key) ? GO[key] : undefined;
    return { action: href === undefined ? null : { do: "go", href }, leads: false };
  }
  switch (key) {
    case "g":
      return { action: null, leads: true };
    case "j":
      return { action: { do: "next" }, leads: false };
    case "k":
      return { action: { do: "previous" }, leads: false };
    case "/":
      return { action: { do: "search" }, leads: false };
    case "?":
      return { action: { do: "help" }, leads: false };
    default:
      return { action: null, leads: false };
  }
}
