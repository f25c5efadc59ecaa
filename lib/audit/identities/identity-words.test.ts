import { expect, test } from "vitest";
import { aliasesIn, withAliases, withWords, wordsIn } from "./identity-words";

test.each([
  ["person:ada@center.test", ["ada@center.test"]],
  ["ERR_X: ada@center.test, and grace@center.test (both).", ["ada@center.test", "grace@center.test"]],
  ["release search@1.8.0 and demo-pay@1.2.3-beta1", []],
  ["Ada <ada.b+c@mail.center.test>", ["ada.b+c@mail.center.test"]],
  ["nobody", []],
])("%s names %j", (text, addresses) => {
  expect([...wordsIn(text).values()].map((word) => word.text)).toEqual(addresses);
});

test("a name goes with the address beside it, wherever it stands, and both come back", () => {
  const entry = {
    actor: "person:eve@center.test",
    before: null,
    after: [{ email: "ada@center.test", name: "Ada", roles: ["viewer"] }],
    reason: "Ada asked",
  };
  const keys = [...wordsIn(entry).keys()];
  expect(keys.sort()).toEqual(["address ada@center.test", "address eve@center.test", "name ada@center.test Ada"]);
  const aliasOf = new Map(keys.map((key, n) => [key, `00000000-0000-4000-8000-00000000000${n}`]));
  const sealed = withAliases(entry, aliasOf);
  expect(JSON.stringify(sealed)).not.toMatch(/@|"Ada"/);
  expect(aliasesIn(JSON.stringify(sealed))).toHaveLength(3);
  const wordOf = new Map([...wordsIn(entry)].map(([key, { text }]) => [aliasOf.get(key) ?? "", text]));
  expect(withWords(sealed, wordOf)).toEqual(entry);
  expect(JSON.stringify(withWords(sealed, new Map()))).toMatch(/person:erased-[0-9]{8}/);
});
