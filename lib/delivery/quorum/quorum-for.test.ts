import { expect, test } from "vitest";
import { isHighImpact } from "@/plugin-client/js/command/needs-people.mjs";
import { impactOf, quorumFor } from "./quorum-for";

test.each([
  { says: null, wants: "major", why: "it says nothing" },
  { says: ["update", "tuf"], wants: "major", why: "nothing beyond majors" },
  { says: ["quorum:high_impact", "tuf"], wants: "high_impact", why: "its vendor tells" },
  { says: ["quorum:high_impact"], wants: "all", why: "nobody but Center could tell" },
  { says: ["quorum:all", "tuf"], wants: "all", why: "all is all" },
  { says: ["quorum:high_impact", "quorum:all", "tuf"], wants: "all", why: "the stricter of two" },
])("$says -> $wants ($why)", ({ says, wants }) => expect(quorumFor(says)).toBe(wants));

test.each([
  [{ schema_effect: "none" }, "normal"],
  [{ schema_effect: "none", impact: "normal" }, "normal"],
  [{ schema_effect: "none", impact: "high" }, "high"],
  [{ schema_effect: "none", impact: "tiny" }, "high"],
  [{ schema_effect: "reversible" }, "high"],
  [{}, "high"],
])("%o is %s, and agents say the same", (manifest, impact) => {
  expect(impactOf(manifest)).toBe(impact);
  expect(isHighImpact(manifest)).toBe(impact === "high");
});
