import type { Metadata, Viewport } from "next";
import { NextIntlClientProvider } from "next-intl";
import { getLocale, getTranslations } from "next-intl/server";
import type { ReactNode } from "react";
import { readPreferences } from "./preferences";
import "./globals.css";
import "./print.css";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("nav");
  return {
    title: { default: t("product"), template: `%s · ${t("product")}` },
    icons: { icon: "/icon.svg" },
    robots: { index: false, follow: false },
  };
}

export const viewport: Viewport = { width: "device-width", initialScale: 1, colorScheme: "light dark" };

export default async function RootLayout({ children }: { children: ReactNode }) {
  const { theme, density } = await readPreferences();
  return (
    <html lang={await getLocale()} data-theme={theme === "system" ? undefined : theme} data-density={density} suppressHydrationWarning>
      <body>
        <NextIntlClientProvider>{children}</NextIntlClientProvider>
      </body>
    </html>
  );
}
