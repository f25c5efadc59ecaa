import { cookies, headers } from "next/headers";
import { getRequestConfig } from "next-intl/server";
import en from "../messages/en.json";
import fr from "../messages/fr.json";
import { chooseLocale, LOCALE_COOKIE, type Locale } from "./locale";

const MESSAGES = { en, fr } satisfies Record<Locale, typeof en>;

declare module "next-intl" {
  // Names of messages and their arguments are checked by the compiler.
  interface AppConfig {
    Locale: Locale;
    Messages: typeof en;
  }
}

/** Language and texts of one request. */
export default getRequestConfig(async () => {
  const chosen = (await cookies()).get(LOCALE_COOKIE)?.value;
  const locale = chooseLocale(chosen, (await headers()).get("accept-language"));
  return { locale, messages: MESSAGES[locale], timeZone: "UTC" };
});
