import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { buttonClass } from "@/components/ui/button";
import { StateView } from "@/components/ui/state-view";

/** An address that leads nowhere. */
export default async function NoSuchPage() {
  const t = await getTranslations("states");
  const home = (
    <Link href="/" className={buttonClass()}>
      {t("home")}
    </Link>
  );
  return (
    <main className="flex min-h-dvh items-center justify-center">
      <StateView kind="missing" title={t("missingTitle")} text={t("missingText")} action={home} />
    </main>
  );
}
