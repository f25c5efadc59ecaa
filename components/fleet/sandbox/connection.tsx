"use client";

import { useTranslations } from "next-intl";
import { CopyValue } from "../../ui/copy-value";

/** What POST /api/ops/sandbox/plugins answers, its secret this once. */
export interface SandboxPlugin {
  readonly id: string;
  readonly plugin_key: string;
  readonly version: string;
  readonly secret: string;
  readonly trust: unknown;
}

interface ConnectionProps {
  readonly plugin: SandboxPlugin;
  /** Where Center is reached from outside. */
  readonly centerUrl: string;
}

/** Everything that a plugin needs to reach Center, to be taken along now. The names are those of the guides' snippets. */
export function Connection({ plugin, centerUrl }: ConnectionProps) {
  const t = useTranslations("sandbox");
  const shell = `CENTER_URL=${centerUrl} PLUGIN_ID=${plugin.id} PLUGIN_SECRET=${plugin.secret}`;
  const agent = { center_url: centerUrl, plugin_id: plugin.id, secret: plugin.secret, trust: plugin.trust };
  const code = (text: React.ReactNode) => <code className="font-mono text-sm wrap-anywhere">{text}</code>;
  return (
    <>
      <p className="font-medium">{t("once")}</p>
      <dl className="grid gap-3">
        <CopyValue name={t("connection")} value={shell} />
        <CopyValue name={t("agent")} value={JSON.stringify(agent)} />
      </dl>
      <ol className="grid max-w-prose list-decimal gap-1 pl-5 text-sm">
        <li>{t.rich("steps.guide", { code })}</li>
        <li>{t.rich("steps.run", { code })}</li>
        <li>{t.rich("steps.agent", { code })}</li>
      </ol>
    </>
  );
}
