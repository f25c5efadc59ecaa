const YEAR_SECONDS = 365 * 24 * 60 * 60;

type Preference = "locale" | "theme" | "density" | "clock" | "keys" | "sidebar";

/** Keeps a choice about looks (language, theme, density, clock, keys, side bar) for a year, where the server can read it. Never anything private. */
export function keepPreference(name: Preference, value: string): void {
  const secure = window.location.protocol === "https:" ? "; secure" : "";
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing in Firefox and Safari
  document.cookie = `${name}=${encodeURIComponent(value)}; path=/; max-age=${YEAR_SECONDS}; samesite=lax${secure}`;
}
