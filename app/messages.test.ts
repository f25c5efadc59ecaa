import { expect, test } from "vitest";
import en from "@/messages/en.json";
import fr from "@/messages/fr.json";

function flatten(value: object, prefix = ""): Map<string, string> {
  const texts = new Map<string, string>();
  for (const [key, inner] of Object.entries(value)) {
    const name = prefix === "" ? key : `${prefix}.${key}`;
    if (typeof inner === "string") texts.set(name, inner);
    else for (const [path, text] of flatten(inner, name)) texts.set(path, text);
  }
  return texts;
}

const argumentsOf = (text: string) => [...new Set([...text.matchAll(/\{\s*([a-z]+)\s*[,}]/gi)].map(([, name]) => name))].sort();

const english = flatten(en);
const french = flatten(fr);

test("both languages have the same texts", () => {
  expect([...french.keys()].sort()).toEqual([...english.keys()].sort());
});

test("every text takes the same arguments in both languages", () => {
  const differing = [...english].filter(([name, text]) => argumentsOf(french.get(name) ?? "").join() !== argumentsOf(text).join());
  expect(differing.map(([name]) => name)).toEqual([]);
});

/** Words that are the same in both languages. */
const SAME = new Set(["incident.headline", "overview.plugins", "states.trace"]);

test("sentences are translated, not copied", () => {
  const sentences = [...english].filter(([name]) => /^(signin|incident|overview|states)\./.test(name) && !SAME.has(name));
  expect(sentences.filter(([name, text]) => french.get(name) === text).map(([name]) => name)).toEqual([]);
});
