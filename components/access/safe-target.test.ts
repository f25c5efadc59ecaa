import { expect, test } from "vitest";
import { safeTarget } from "./safe-target";

test.each([
  { wanted: null, target: "/", why: "nothing was asked for" },
  { wanted: "/incidents?status=open", target: "/incidents?status=open", why: "a page of ours" },
  { wanted: "//evil.example", target: "/", why: "a host in disguise" },
  { wanted: "/\\evil.example", target: "/", why: "browsers read it as a host" },
  { wanted: "https://evil.example", target: "/", why: "another site" },
  { wanted: "javascript:alert(1)", target: "/", why: "a script" },
  { wanted: "/\t/evil.example", target: "/", why: "browsers drop the tab" },
  { wanted: "/signin", target: "/", why: "round in circles" },
])("$wanted leads to $target ($why)", ({ wanted, target }) => {
  expect(safeTarget(wanted)).toBe(target);
});
