import { getTranslations } from "next-intl/server";
import { readPreferences } from "@/app/preferences";
import { LinkForm } from "@/components/access/link-form";
import { BrandMark } from "@/components/shell/brand-mark";
import { LanguageToggle } from "@/components/shell/top-bar/language-toggle";
import { ThemeToggle } from "@/components/shell/top-bar/theme-toggle";

export async function generateMetadata() {
  return { title: (await getTranslations("link"))("title") };
}

/** Where a one-time link leads. Its secret stays in the browser until its holder presses the button: opening it changes nothing. */
export default async function LinkPage() {
  const nav = await getTranslations("nav");
  const { theme } = await readPreferences();
  return (
    <div className="flex min-h-dvh flex-col">
      <div className="flex justify-end gap-1 p-3">
        <LanguageToggle />
        <ThemeToggle initial={theme} />
      </div>
      <main className="mx-auto grid w-full max-w-sm flex-1 content-center gap-5 px-4 pb-24">
        <p className="flex items-center gap-2.5 text-lg font-semibold">
          <BrandMark className="size-9" />
          {nav("product")}
        </p>
        <div className="grid gap-4 rounded-lg border border-hairline bg-panel p-5">
          <LinkForm />
        </div>
      </main>
    </div>
  );
}
