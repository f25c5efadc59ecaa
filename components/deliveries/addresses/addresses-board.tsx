"use client";

import { Plus } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { fetchJson, postJson } from "../../live/fetch-json";
import type { Page } from "../../live/items";
import { newKey } from "../../live/new-key";
import { useLiveRead } from "../../live/use-live-read";
import { Button } from "../../ui/button";
import { Card } from "../../ui/card";
import { DangerDialog } from "../../ui/danger-dialog";
import { ReadProblem } from "../../ui/read-problem";
import { StateView } from "../../ui/state-view";
import { useTell } from "../../ui/toaster";
import { AddAddressDialog, AddressSecret, EventsDialog, type MadeSecret } from "./address-dialogs";
import type { AddressItem } from "./address-items";
import { type AddressDeed, AddressRow } from "./address-row";

interface AddressesBoardProps {
  readonly renderedAt: string;
  readonly url: string;
  readonly initial: Page<AddressItem>;
  /** Whose they are; null is ops. */
  readonly tenantId: string | null;
  readonly overlapHours: number;
}

type Open = { readonly deed: "add" } | { readonly deed: AddressDeed; readonly address: AddressItem };

/** Addresses that are told of things by signed messages, and everything that their keeper does about them. */
export function AddressesBoard({ renderedAt, url, initial, tenantId, overlapHours }: AddressesBoardProps) {
  const t = useTranslations("addresses");
  const tell = useTell();
  const { data, error, retry } = useLiveRead("deliveries", url, initial, renderedAt);
  const [open, setOpen] = useState<Open | null>(null);
  const [busy, setBusy] = useState<string | null>(null);
  const [made, setMade] = useState<MadeSecret | null>(null);
  const close = () => setOpen(null);
  const order = async (address: AddressItem, told: string, send: (path: string) => Promise<unknown>) => {
    setBusy(address.id);
    try {
      await send(`/api/ops/webhooks/${address.id}`);
      tell(told);
      retry();
    } catch (problem) {
      tell(problem instanceof Error ? problem.message : String(problem), { isProblem: true });
    } finally {
      setBusy(null);
    }
  };
  const choose = (address: AddressItem, deed: AddressDeed) => {
    if (deed === "test") void order(address, t("tested"), (path) => postJson(`${path}/test`, {}, newKey()));
    else if (deed === "pause") void order(address, t(address.paused ? "resumed" : "isPaused"), (path) => setPaused(path, !address.paused));
    else setOpen({ deed, address });
  };
  return (
    <Card labelId="addresses" title={t("title")} aside={<AddButton onClick={() => setOpen({ deed: "add" })} />}>
      <ReadProblem error={error} onRetry={retry} />
      {data.items.length === 0 ? (
        <StateView kind="empty" title={t("none")} text={t("noneText")} />
      ) : (
        <ul aria-labelledby="addresses" className="divide-y divide-hairline">
          {data.items.map((address) => (
            <AddressRow key={address.id} address={address} isBusy={busy === address.id} onChoose={(deed) => choose(address, deed)} />
          ))}
        </ul>
      )}
      {open?.deed === "add" ? (
        <AddAddressDialog
          tenantId={tenantId}
          onMade={(secret) => {
            setMade(secret);
            retry();
          }}
          onClose={close}
        />
      ) : null}
      {open && "address" in open ? (
        <ChosenDialog deed={open.deed} address={open.address} overlapHours={overlapHours} onMade={setMade} onDone={retry} onClose={close} />
      ) : null}
      <AddressSecret made={made} onClose={() => setMade(null)} />
    </Card>
  );
}

function AddButton({ onClick }: { onClick(): void }) {
  const t = useTranslations("addresses");
  return (
    <Button look="primary" onClick={onClick}>
      <Plus aria-hidden="true" className="size-4" />
      {t("add")}
    </Button>
  );
}

function patch(path: string, body: unknown, method: "PATCH" | "DELETE" = "PATCH") {
  return fetchJson(path, { method, body: JSON.stringify(body), headers: { "content-type": "application/json" } });
}
const setPaused = (path: string, paused: boolean) => patch(path, { paused });

interface ChosenDialogProps {
  readonly deed: AddressDeed;
  readonly address: AddressItem;
  readonly overlapHours: number;
  onMade(made: MadeSecret): void;
  onDone(): void;
  onClose(): void;
}

function ChosenDialog({ deed, address, overlapHours, onMade, onDone, onClose }: ChosenDialogProps) {
  const t = useTranslations("addresses");
  const tell = useTell();
  const path = `/api/ops/webhooks/${address.id}`;
  if (deed === "events") return <EventsDialog address={address} onDone={onDone} onClose={onClose} />;
  if (deed === "rotate")
    return (
      <DangerDialog
        isOpen
        title={t("rotateTitle")}
        look="primary"
        impact={<p>{t("rotateImpact", { hours: overlapHours })}</p>}
        reasons={[t("reasonRoutine"), t("reasonLeaked")]}
        confirmLabel={t("rotate")}
        onConfirm={async (reason) => {
          onMade(await postJson<MadeSecret>(`${path}/rotate-secret`, { reason }, newKey()));
          onDone();
        }}
        onClose={onClose}
      />
    );
  return (
    <DangerDialog
      isOpen
      title={t("removeTitle")}
      impact={<p className="break-words">{t("removeImpact", { url: address.url })}</p>}
      reasons={[t("reasonMoved"), t("reasonUnused")]}
      confirmLabel={t("remove")}
      onConfirm={async (reason) => {
        await patch(path, { reason }, "DELETE");
        tell(t("removed"));
        onDone();
      }}
      onClose={onClose}
    />
  );
}
