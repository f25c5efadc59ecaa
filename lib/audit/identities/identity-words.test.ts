import fc from "fast-check";
import { expect, test } from "vitest";
import { personFields } from "@/lib/access/people/person-fields";
import { aliasesIn, withAliases, withWords, wordsIn } from "./identity-words";

test.each([
  ["person:ada@center.test", ["ada@center.test"]],
  ["ERR_X: ada@center.test, and grace@center.test (both).", ["ada@center.test", "grace@center.test"]],
  ["release search@1.8.0 and demo-pay@1.2.3-beta1", []],
  ["Ada <ada.b+c@mail.center.test>", ["ada.b+c@mail.center.test"]],
  ["person:o'brien@shop.test said 'ada@center.test'", ["o'brien@shop.test", "ada@center.test"]],
  ["'ada@center.test'", ["ada@center.test"]],
  ["nobody", []],
])("%s names %j", (text, addresses) => {
  expect([...wordsIn(text).values()].map((word) => word.text)).toEqual(addresses);
});

test("every address that a record may have is found whole", () => {
  const word = (characters: string, most: number) => fc.string({ unit: fc.constantFrom(...characters), minLength: 1, maxLength: most });
  const [letters, digits] = ["abcxyz", "019"];
  const local = word(`${letters}${digits}_'+-.`, 12);
  const domain = fc.array(word(`${letters}${digits}-`, 8), { minLength: 1, maxLength: 3 });
  const address = fc.tuple(local, domain, word(letters, 6)).map(([before, labels, top]) => `${before}@${[...labels, top].join(".")}`);
  const accepted = address.filter((text) => personFields.email.safeParse(text).success);
  fc.assert(
    fc.property(accepted, (text) => {
      expect([...wordsIn(`person:${text}`).values()].map((found) => found.text)).toEqual([text]);
      expect([...wordsIn({ email: text }).values()].map((found) => found.text)).toEqual([text]);
    }),
    { numRuns: 500 },
  );
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
