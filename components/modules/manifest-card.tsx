import { useTranslations } from "next-intl";
import { Card } from "../ui/card";
import type { ShownModule } from "./items";

/** What a module says of itself: on what it depends, and what can be done to it. */
export function ManifestCard({ manifest }: Pick<ShownModule, "manifest">) {
  const t = useTranslations("modules");
  if (!manifest) {
    return (
      <Card labelId="declares" title={t("declares")}>
        <p className="px-4 py-3 text-sm text-muted">{t("declaresNothing")}</p>
      </Card>
    );
  }
  const repairs = manifest.repair_jobs.map(({ key, version, level }) => `${key} ${version} (${t("level", { level })})`);
  const lines = [
    [t("dependsOn"), manifest.dependencies],
    [t("actions"), manifest.actions],
    [t("repairs"), repairs],
    [t("flags"), Object.keys(manifest.flags)],
  ] as const;
  return (
    <Card labelId="declares" title={t("declares")}>
      <dl className="grid gap-2 px-4 py-3 text-sm">
        {lines.map(([name, values]) => (
          <div key={name} className="flex flex-wrap gap-x-3">
            <dt className="text-muted">{name}</dt>
            <dd className="font-mono break-words">{values.length === 0 ? t("nothing") : values.join(", ")}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}
