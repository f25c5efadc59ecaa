import path from "node:path";
import { getTranslations } from "next-intl/server";
import { readPreferences } from "@/app/preferences";
import { ProviderButton } from "@/components/access/provider-button";
import { SignInForm } from "@/components/access/sign-in-form";
import { BrandMark } from "@/components/shell/brand-mark";
import { LanguageToggle } from "@/components/shell/top-bar/language-toggle";
import { ThemeToggle } from "@/components/shell/top-bar/theme-toggle";
import { environment } from "@/lib/platform/env";

export async function generateMetadata() {
  return { title: (await getTranslations("signin"))("title") };
}

type Search = Readonly<Record<string, string | string[] | undefined>>;

/** Where people sign in; the demo says where the password lies that it made for itself. */
export default async function SignInPage({ searchParams }: { searchParams: Promise<Search> }) {
  const { next, ended, error } = await searchParams;
  const target = typeof next === "string" ? next : null;
  const t = await getTranslations("signin");
  const nav = await getTranslations("nav");
  const { theme } = await readPreferences();
  const { demo, dataDir, oidc } = environment();
  return (
    <div className="flex min-h-dvh flex-col">
      <div className="flex justify-end gap-1 p-3">
        <LanguageToggle />
        <ThemeToggle initial={theme} />
      </div>
      <main className="mx-auto grid w-full max-w-sm flex-1 content-center gap-5 px-4 pb-24">
        <div className="grid gap-3">
          <p className="flex items-center gap-2.5 text-lg font-semibold">
            <BrandMark className="size-9" />
            {nav("product")}
          </p>
          <p className="text-muted">{t("lead")}</p>
        </div>
        <div className="grid gap-4 rounded-lg border border-hairline bg-panel p-5">
          <h1 className="text-xl font-semibold">{t("title")}</h1>
          {ended === undefined ? null : <p className="rounded-md bg-accent-wash px-3 py-2.5 text-sm">{t("ended")}</p>}
          {error === undefined ? null : (
            <p role="alert" className="rounded-md bg-danger-wash px-3 py-2.5 text-sm">
              {t(error === "OAuthSignin" ? "providerUnreachable" : "refused")}
            </p>
          )}
          {oidc ? <ProviderButton provider={new URL(oidc.issuer).hostname} next={target} /> : null}
          <SignInForm next={target} />
        </div>
        {demo ? (
          <div className="grid gap-1.5 rounded-lg border border-dashed border-control p-4 text-sm">
            <p className="font-semibold">{t("demoTitle")}</p>
            <p className="text-muted">{t("demoText")}</p>
            <code className="font-mono text-xs break-all">cat {path.join(dataDir, "secrets", "first-admin.json")}</code>
          </div>
        ) : null}
      </main>
    </div>
  );
}
