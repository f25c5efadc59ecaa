import { getTranslations } from "next-intl/server";
import { StateView } from "@/components/ui/state-view";
import { missingRole } from "@/lib/access/roles";
import type { Permission } from "@/lib/access/types";

/** Stands for a page that the person may not see, and names the role it needs. */
export async function Forbidden({ permission }: { permission: Permission }) {
  const t = await getTranslations("states");
  return <StateView kind="forbidden" title={t("forbiddenTitle")} text={t("forbiddenText", { role: missingRole(permission) })} />;
}
