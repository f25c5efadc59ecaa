"use client";

import { Copy } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { useTell } from "../../ui/toaster";

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
            <Value name={t("pluginId")} value={made.pluginId} />
            <Value name={t("secret")} value={made.secret} />
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

function Value({ name, value }: { name: string; value: string }) {
  const t = useTranslations("plugin.secret");
  const tell = useTell();
  // Over plain http from elsewhere browsers offer no clipboard: the text can still be marked by hand.
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value);
      tell(t("copied", { name }));
    } catch {
      tell(t("notCopied"), { isProblem: true });
    }
  };
  return (
    <div>
      <dt className="text-sm text-muted">{name}</dt>
      <dd className="flex items-center gap-2">
        <code className="min-w-0 flex-1 rounded bg-raised px-2 py-1.5 font-mono text-sm break-all select-all">{value}</code>
        <Button onClick={() => void copy()} aria-label={t("copy", { name })}>
          <Copy aria-hidden="true" className="size-4" />
        </Button>
      </dd>
    </div>
  );
}
