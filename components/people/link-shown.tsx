"use client";

import { Copy } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "../ui/button";
import { AbsoluteTime } from "../ui/relative-time";
import { useTell } from "../ui/toaster";
import type { ShownLink } from "./items";

/** A link on its way to its person: sent by e-mail, or shown once, with a way to take it along. */
export function LinkShown({ link, name, onClose }: { link: ShownLink; name: string; onClose(): void }) {
  const t = useTranslations("people");
  const until = () => <AbsoluteTime at={link.expires_at} />;
  return (
    <div className="grid gap-3 p-4">
      {"url" in link ? (
        <>
          <p role="status">{t.rich("linkShown", { name, until })}</p>
          <code className="rounded-md bg-raised p-3 font-mono text-xs break-all select-all">{link.url}</code>
        </>
      ) : (
        <p role="status">{t.rich("linkSent", { name, email: link.sent_to, until })}</p>
      )}
      <div className="flex flex-wrap justify-end gap-2">
        {"url" in link ? <CopyButton url={link.url} /> : null}
        <Button look="primary" onClick={onClose}>
          {t("close")}
        </Button>
      </div>
    </div>
  );
}

function CopyButton({ url }: { url: string }) {
  const t = useTranslations("people");
  const tell = useTell();
  const copy = async () => {
    await navigator.clipboard.writeText(url);
    tell(t("copied"));
  };
  return (
    <Button onClick={() => void copy()}>
      <Copy aria-hidden="true" className="size-4" />
      {t("copy")}
    </Button>
  );
}
