"use client";

import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useId, useState } from "react";
import type { Envelope } from "@/lib/delivery/types";
import { postJson } from "../live/fetch-json";
import { newKey } from "../live/new-key";
import { FIELD } from "../step-up/field";
import { Button } from "../ui/button";
import { Card } from "../ui/card";
import { DangerDialog } from "../ui/danger-dialog";
import { useTell } from "../ui/toaster";
import type { ApproverKeyItem } from "./items";
import { type KeyFile, makeKeyFile } from "./keys/key-file";
import { keepKey } from "./keys/key-store";
import { signEnrolment } from "./keys/sign-envelope";
import { useKeyWords } from "./signer-fields";

const PASSPHRASE_MIN = 12;

/** Hands a key file to its owner: a browser that is cleared has nothing left. */
function download(file: KeyFile): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([`${JSON.stringify(file, null, 2)}\n`], { type: "application/json" }));
  link.download = `approver-key-${file.keyid.slice(0, 16)}.json`;
  link.click();
  URL.revokeObjectURL(link.href);
}

/** The reader's own signing keys, and the ways to another one. */
export function KeysCard({ email, keys }: { readonly email: string; readonly keys: readonly ApproverKeyItem[] }) {
  const t = useTranslations("approvals.keys");
  const router = useRouter();
  const words = useKeyWords();
  const tell = useTell();
  const [problem, setProblem] = useState<string | null>(null);
  const [revoking, setRevoking] = useState<ApproverKeyItem | null>(null);
  const attempt = async (work: () => Promise<unknown>) => {
    setProblem(null);
    try {
      await work();
      tell(t("brought"));
      router.refresh();
    } catch (error) {
      setProblem(words(error).message);
    }
  };
  const bring = (proof: Envelope) => postJson("/api/ops/approvals/keys", { proof }, newKey());
  const make = async (passphrase: string) => {
    const file = await makeKeyFile(email.toLowerCase(), passphrase, new Date());
    // Kept and handed out before Center hears of it: a key that Center knows and nobody has would be of no use.
    await keepKey(file);
    download(file);
    await bring(await signEnrolment(file, passphrase, new Date()));
  };
  const revoke = async (reason: string) => {
    await postJson(`/api/ops/approvals/keys/${revoking?.id}/revoke`, { reason }, newKey());
    router.refresh();
  };
  return (
    <Card labelId="keys" title={t("title")}>
      <div className="grid gap-4 p-4">
        <p className="text-sm text-muted">{t("lead")}</p>
        <KeyList keys={keys} onRevoke={setRevoking} />
        <MakeForm onMake={(passphrase) => attempt(() => make(passphrase))} />
        <BringFile onBring={(text) => attempt(async () => bring(JSON.parse(text) as Envelope))} />
        {problem ? (
          <p role="alert" className="rounded-md bg-danger-wash px-3 py-2 text-sm">
            {problem}
          </p>
        ) : null}
      </div>
      <DangerDialog
        isOpen={revoking !== null}
        title={t("revokeTitle")}
        impact={<p className="font-mono text-sm break-all">{revoking?.keyid}</p>}
        reasons={[t("reasons.lost"), t("reasons.replaced")]}
        confirmLabel={t("revoke")}
        onConfirm={revoke}
        onClose={() => setRevoking(null)}
      />
    </Card>
  );
}

/** The keys that there are, and how far each has come. */
function KeyList({ keys, onRevoke }: { readonly keys: readonly ApproverKeyItem[]; onRevoke(key: ApproverKeyItem): void }) {
  const t = useTranslations("approvals.keys");
  if (keys.length === 0) return null;
  return (
    <ul className="grid gap-2">
      {keys.map((key) => (
        <li key={key.id} className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <span className="text-sm font-medium">{t(`status.${key.status}`)}</span>
          <span className="min-w-0 font-mono text-xs break-all">{key.keyid}</span>
          {key.status === "revoked" ? null : <Button onClick={() => onRevoke(key)}>{t("revoke")}</Button>}
        </li>
      ))}
    </ul>
  );
}

/** A new key in this browser: its passphrase, twice. */
function MakeForm({ onMake }: { onMake(passphrase: string): Promise<void> }) {
  const t = useTranslations("approvals.keys");
  const ids = [useId(), useId()] as const;
  const [typed, setTyped] = useState<readonly [string, string]>(["", ""]);
  const [isMaking, setIsMaking] = useState(false);
  const isReady = typed[0].length >= PASSPHRASE_MIN && typed[0] === typed[1] && !isMaking;
  const make = async () => {
    setIsMaking(true);
    await onMake(typed[0]);
    setTyped(["", ""]);
    setIsMaking(false);
  };
  return (
    <form
      className="grid max-w-md gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady) void make();
      }}
    >
      {([0, 1] as const).map((index) => (
        <div key={index} className="grid gap-1">
          <label htmlFor={ids[index]} className="text-sm font-medium">
            {index === 0 ? t("passphrase") : t("again")}
          </label>
          <input
            id={ids[index]}
            type="password"
            autoComplete="new-password"
            className={FIELD}
            value={typed[index]}
            onChange={({ target }) => setTyped(index === 0 ? [target.value, typed[1]] : [typed[0], target.value])}
          />
        </div>
      ))}
      <p className="text-sm text-muted">{t("passphraseHint", { least: PASSPHRASE_MIN })}</p>
      <Button type="submit" look="primary" className="justify-self-start" disabled={!isReady}>
        {isMaking ? t("making") : t("make")}
      </Button>
    </form>
  );
}

/** The statement of a key that was made off line. */
function BringFile({ onBring }: { onBring(text: string): Promise<void> }) {
  const t = useTranslations("approvals.keys");
  const id = useId();
  return (
    <div className="grid gap-1">
      <label htmlFor={id} className="text-sm font-medium">
        {t("offline")}
      </label>
      <input
        id={id}
        type="file"
        accept="application/json,.json"
        className="text-sm"
        onChange={async ({ target }) => {
          const [chosen] = target.files ?? [];
          if (chosen) await onBring(await chosen.text());
        }}
      />
      <p className="text-sm text-muted">{t("offlineHint")}</p>
    </div>
  );
}
