import { TriangleAlert } from "lucide-react";
import { useTranslations } from "next-intl";
import type { PluginItem } from "../live/items";

/** What runs; what lies on disk only where it differs, because then something is half done. */
export function RunningVersion({ plugin }: { plugin: Pick<PluginItem, "version" | "running_version" | "disk_version"> }) {
  const t = useTranslations("fleet");
  const running = plugin.running_version ?? plugin.version;
  const differs = plugin.disk_version !== null && plugin.disk_version !== running;
  return (
    <span className="inline-flex items-center gap-1.5 font-mono text-sm whitespace-nowrap">
      {running}
      {differs ? (
        <span className="inline-flex items-center gap-1 text-muted" title={t("diskDiffers", { version: plugin.disk_version ?? "" })}>
          <TriangleAlert aria-hidden="true" className="size-3.5" />
          {t("onDisk", { version: plugin.disk_version ?? "" })}
        </span>
      ) : null}
    </span>
  );
}
