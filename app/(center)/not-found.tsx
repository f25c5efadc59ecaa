import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { buttonClass } from "@/components/ui/button";
import { StateView } from "@/components/ui/state-view";

export default async function NotFound() {
  const t = await getTranslations("states");
  const home = (
    <Link href="/" className={buttonClass()}>
      {t("home")}
    </Link>
  );
  return <StateView kind="missing" title={t("missingTitle")} text={t("missingText")} action={home} />;
}
