import { PLACES } from "../navigation";

/** What a key press asks for. `press` presses what the page marked with this key by `aria-keyshortcuts`. */
export type KeyAction =
  | { readonly do: "go"; readonly href: string }
  | { readonly do: "press"; readonly key: string }
  | { readonly do: "next" | "previous" | "select" | "search" | "help" }
  | null;

const GO: Readonly<Record<string, string>> = Object.fromEntries(PLACES.map(({ key, href }) => [key, href]));

const ACTIONS: Readonly<Record<string, KeyAction>> = {
  j: { do: "next" },
  k: { do: "previous" },
  x: { do: "select" },
  "/": { do: "search" },
  "?": { do: "help" },
  // Acknowledge, escalate, the next or other actions, and the page of the list before and after.
  a: { do: "press", key: "a" },
  e: { do: "press", key: "e" },
  ".": { do: "press", key: "." },
  "[": { do: "press", key: "[" },
  "]": { do: "press", key: "]" },
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
  if (key === "g") return { action: null, leads: true };
  return { action: Object.hasOwn(ACTIONS, key) ? (ACTIONS[key] ?? null) : null, leads: false };
}
