"use client";

import { Copy } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "./button";
import { useTell } from "./toaster";

/** A value to be taken elsewhere, as a line of a definition list. */
export function CopyValue({ name, value }: { name: string; value: string }) {
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
