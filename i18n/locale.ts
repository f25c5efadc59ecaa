export const LOCALES = ["en", "fr"] as const;
export type Locale = (typeof LOCALES)[number];

/** Cookie that keeps a person's language; the path carries none. */
export const LOCALE_COOKIE = "locale";

function isLocale(value: unknown): value is Locale {
  return LOCALES.some((locale) => locale === value);
}

interface Wish {
  readonly language: string;
  readonly weight: number;
}

function wishesOf(acceptLanguage: string): Wish[] {
  const wishes = acceptLanguage
    .slice(0, 500)
    .split(",")
    .map((part) => {
      const [tag = "", ...parameters] = part.trim().toLowerCase().split(";");
      const quality = parameters.map((parameter) => /^\s*q=([0-9.]+)\s*$/.exec(parameter)?.[1]).find((value) => value !== undefined);
      const weight = quality === undefined ? 1 : Number.parseFloat(quality);
      return { language: tag.split("-")[0] ?? "", weight: Number.isFinite(weight) ? weight : 0 };
    });
  return wishes.filter(({ weight }) => weight > 0).sort((left, right) => right.weight - left.weight);
}

/**
 * The language of a page: the person's own choice, else the best of what the browser asks for, else English.
 * Source: RFC 9110 §12.5.4.
 */
export function chooseLocale(chosen: string | undefined, acceptLanguage: string | null): Locale {
  if (isLocale(chosen)) return chosen;
  const wish = wishesOf(acceptLanguage ?? "").find(({ language }) => isLocale(language));
  return isLocale(wish?.language) ? wish.language : "en";
}
