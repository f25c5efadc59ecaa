"use client";

import { useTranslations } from "next-intl";
import { Button } from "../../ui/button";
import { CopyValue } from "../../ui/copy-value";
import { Dialog } from "../../ui/dialog";

interface SecretOnceProps {
  readonly made: { readonly pluginId: string; readonly secret: string } | null;
  onClose(): void;
}

/** A secret that the server shows this once; whoever closes it without a copy makes another. */
export function SecretOnce({ made, onClose }: SecretOnceProps) {
  const t = useTranslations("plugin.secret");
  return (
    <Dialog isOpen={made !== null} title={t("title")} onClose={onClose}>
      {made ? (
        <div className="grid gap-4 p-4">
          <p>{t("text")}</p>
          <dl className="grid gap-3">
            <CopyValue name={t("pluginId")} value={made.pluginId} />
            <CopyValue name={t("secret")} value={made.secret} />
          </dl>
          <p className="text-sm text-muted">{t("next")}</p>
          <Button look="primary" className="justify-self-end" onClick={onClose}>
            {t("close")}
          </Button>
        </div>
      ) : null}
    </Dialog>
  );
}
