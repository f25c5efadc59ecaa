export const LOCALES = ["en", "fr"] as const;
export const THEMES = ["light", "dark"] as const;
export const SIZES = { desk: { width: 1_440, height: 900 }, phone: { width: 390, height: 844 } } as const;

/** One way to look at a page. */
export interface View {
  readonly locale: (typeof LOCALES)[number];
  readonly theme: (typeof THEMES)[number];
  readonly size: keyof typeof SIZES;
}

const EVERY_VIEW: readonly View[] = LOCALES.flatMap((locale) =>
  THEMES.flatMap((theme) => (["desk", "phone"] as const).map((size) => ({ locale, theme, size }))),
);

/** The other side of a view in all three respects, so that two looks show a page in every language, theme and size. */
function opposite({ locale, theme, size }: View): View {
  return { locale: locale === "en" ? "fr" : "en", theme: theme === "light" ? "dark" : "light", size: size === "desk" ? "phone" : "desk" };
}

/**
 * The views in which the page at some place of the list is looked at. Two each, another two for its neighbours: over four pages, and for each
 * page by itself, every pair of page, language, theme and size comes up. `EVERY_VIEW=1` asks for all eight of every page.
 */
export function viewsOf(index: number, isEvery = process.env.EVERY_VIEW === "1"): readonly View[] {
  if (isEvery) return EVERY_VIEW;
  const view = EVERY_VIEW[index % 4];
  if (!view) throw new RangeError(`there is no page ${index}`);
  return [view, opposite(view)];
}
