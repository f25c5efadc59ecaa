import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";

type Texts = { readonly [name: string]: string | Texts };

function flatten(texts: Texts, prefix = ""): [string, string][] {
  return Object.entries(texts).flatMap(([name, inner]) => {
    const path = prefix === "" ? name : `${prefix}.${name}`;
    return typeof inner === "string" ? [[path, inner] as [string, string]] : flatten(inner, path);
  });
}

const read = (locale: string) => flatten(JSON.parse(readFileSync(`messages/${locale}.json`, "utf8")) as Texts);
const english = read("en");
const french = new Map(read("fr"));

/** Names of messages: one of them on a page is a text that nobody found. */
const NAMES = new Set(english.map(([name]) => name));
/** English sentences that read otherwise in French. */
const ENGLISH = new Set(
  english.filter(([name, text]) => text.length > 12 && !text.includes("{") && french.get(name) !== text).map(([, text]) => text),
);

/** Texts on a page that are names of messages, or English where French is meant. What says that it is English may be. */
export async function untranslated(page: Page, locale: "en" | "fr"): Promise<string[]> {
  const texts = await page.evaluate(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found: string[] = [];
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const foreign = node.parentElement?.closest("[lang], script, style");
      if (foreign === null || foreign === undefined) found.push(node.textContent?.trim() ?? "");
    }
    return found;
  });
  return texts.filter((text) => NAMES.has(text) || (locale === "fr" && ENGLISH.has(text)));
}
