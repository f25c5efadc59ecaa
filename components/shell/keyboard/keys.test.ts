import { expect, test } from "vitest";
import { readKey } from "./keys";

test.each([
  { key: "g", leader: null, action: null, leads: true },
  { key: "i", leader: "g", action: { do: "go", href: "/incidents" }, leads: false },
  { key: "o", leader: "g", action: { do: "go", href: "/" }, leads: false },
  { key: "l", leader: "g", action: { do: "go", href: "/audit" }, leads: false },
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
