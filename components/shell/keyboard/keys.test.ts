import { expect, test } from "vitest";
import { readKey } from "./keys";

test.each([
  { key: "g", leader: null, action: null, leads: true },
  { key: "i", leader: "g", action: { do: "go", href: "/incidents" }, leads: false },
  { key: "e", leader: "g", action: { do: "go", href: "/module-incidents" }, leads: false },
  { key: "o", leader: "g", action: { do: "go", href: "/" }, leads: false },
  { key: "l", leader: "g", action: { do: "go", href: "/audit" }, leads: false },
  { key: "r", leader: "g", action: { do: "go", href: "/rollouts" }, leads: false },
  { key: "a", leader: "g", action: { do: "go", href: "/approvals" }, leads: false },
  { key: "s", leader: "g", action: { do: "go", href: "/safety" }, leads: false },
  { key: "f", leader: "g", action: { do: "go", href: "/fleet" }, leads: false },
  { key: "a", leader: null, action: { do: "press", key: "a" }, leads: false },
  { key: "e", leader: null, action: { do: "press", key: "e" }, leads: false },
  { key: ".", leader: null, action: { do: "press", key: "." }, leads: false },
  { key: "[", leader: null, action: { do: "press", key: "[" }, leads: false },
  { key: "]", leader: null, action: { do: "press", key: "]" }, leads: false },
  { key: "x", leader: null, action: { do: "select" }, leads: false },
  { key: "Enter", leader: null, action: null, leads: false },
  { key: "toString", leader: null, action: null, leads: false },
  { key: "i", leader: null, action: null, leads: false },
  { key: "j", leader: null, action: { do: "next" }, leads: false },
  { key: "k", leader: null, action: { do: "previous" }, leads: false },
  { key: "j", leader: "g", action: null, leads: false },
  { key: "constructor", leader: "g", action: null, leads: false },
  { key: "?", leader: null, action: { do: "help" }, leads: false },
  { key: "/", leader: null, action: { do: "search" }, leads: false },
] as const)("$key after $leader", ({ key, leader, action, leads }) => {
  expect(readKey(key, leader)).toEqual({ action, leads });
});
