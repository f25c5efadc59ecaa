import { expect, test } from "vitest";
import { chooseLocale } from "@/i18n/locale";

test.each([
  { chosen: "fr", asked: "en", locale: "fr", why: "the person's own choice wins" },
  { chosen: undefined, asked: "fr-CA,fr;q=0.9,en;q=0.8", locale: "fr", why: "the browser asks for French" },
  { chosen: undefined, asked: "de, en;q=0.5, fr;q=0.7", locale: "fr", why: "the best of what we have" },
  { chosen: undefined, asked: "fr;q=0, en", locale: "en", why: "q=0 means never" },
  { chosen: undefined, asked: "de", locale: "en", why: "nothing we speak" },
  { chosen: "xx", asked: null, locale: "en", why: "a cookie that somebody made up" },
])("chosen $chosen, asked $asked -> $locale ($why)", ({ chosen, asked, locale }) => {
  expect(chooseLocale(chosen, asked)).toBe(locale);
});
