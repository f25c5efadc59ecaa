"use client";

import { TriangleAlert } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ReactNode, useId, useState } from "react";
import { ProblemError } from "../live/fetch-json";
import { Button } from "./button";
import { Dialog } from "./dialog";

/** The server demands as much. */
const REASON_MIN = 10;
const REASON_MAX = 500;

interface DangerDialogProps {
  readonly isOpen: boolean;
  readonly title: string;
  /** What will happen, and how far it reaches. */
  readonly impact: ReactNode;
  /** Reasons that are often right, to choose with one tap. */
  readonly reasons: readonly string[];
  /** Names the deed: never "OK". */
  readonly confirmLabel: string;
  readonly look?: "primary" | "danger";
  /** False while something that `impact` asks for is missing. */
  readonly isReady?: boolean;
  onConfirm(reason: string): Promise<void>;
  onClose(): void;
}

/** One dialog before anything that cannot be waved away: what it does, why it is done, and a button that says the deed. */
export function DangerDialog({ isOpen, title, impact, onClose, ...form }: DangerDialogProps) {
  return (
    <Dialog isOpen={isOpen} title={title} onClose={onClose}>
      <div className="px-4 pt-3">{impact}</div>
      <ReasonForm {...form} onClose={onClose} />
    </Dialog>
  );
}

type ReasonFormProps = Omit<DangerDialogProps, "isOpen" | "title" | "impact">;

function ReasonForm({ reasons, confirmLabel, look = "danger", isReady = true, onConfirm, onClose }: ReasonFormProps) {
  const t = useTranslations("danger");
  const [reason, setReason] = useState("");
  const [isSending, setIsSending] = useState(false);
  const [problem, setProblem] = useState<Error | null>(null);
  const isEnough = isReady && reason.trim().length >= REASON_MIN;
  const send = async () => {
    setIsSending(true);
    setProblem(null);
    try {
      await onConfirm(reason.trim());
      onClose();
    } catch (error) {
      setProblem(error instanceof Error ? error : new Error(String(error)));
    } finally {
      setIsSending(false);
    }
  };
  return (
    <form
      className="grid gap-3 p-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (isEnough && !isSending) void send();
      }}
    >
      <div className="flex flex-wrap gap-2">
        {reasons.map((text) => (
          <button
            key={text}
            type="button"
            aria-pressed={reason === text}
            onClick={() => setReason(text)}
            className="min-h-9 rounded-full border border-control px-3 text-sm hover:bg-raised aria-pressed:border-accent aria-pressed:bg-accent-wash"
          >
            {text}
          </button>
        ))}
      </div>
      <ReasonField value={reason} onChange={setReason} />
      {problem ? <Problem error={problem} /> : null}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onClose}>{t("cancel")}</Button>
        <Button type="submit" look={look} disabled={!isEnough || isSending}>
          {isSending ? t("sending") : confirmLabel}
        </Button>
      </div>
    </form>
  );
}

function ReasonField({ value, onChange }: { value: string; onChange: (text: string) => void }) {
  const t = useTranslations("danger");
  const id = useId();
  return (
    <div className="grid gap-1">
      <label htmlFor={id} className="text-sm font-medium">
        {t("reason")}
      </label>
      <textarea
        id={id}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        maxLength={REASON_MAX}
        rows={3}
        required
        aria-describedby={`${id}-hint`}
        className="rounded-md border border-control bg-panel px-3 py-2 text-lg sm:text-base"
      />
      <p id={`${id}-hint`} className="text-sm text-muted">
        {t("reasonHint", { least: REASON_MIN, count: value.trim().length })}
      </p>
    </div>
  );
}

function Problem({ error }: { error: Error }) {
  const t = useTranslations("danger");
  const states = useTranslations("states");
  const traceId = error instanceof ProblemError ? error.traceId : null;
  return (
    <div role="alert" className="flex gap-2 rounded-md bg-danger-wash px-3 py-2 text-sm">
      <TriangleAlert aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-danger" />
      <p className="min-w-0 break-words">
        {t("refused")} <span lang="en">{error instanceof ProblemError ? error.message : null}</span>
        {traceId ? (
          <span className="block">
            {states("trace")} <code className="font-mono text-xs break-all">{traceId}</code>
          </span>
        ) : null}
      </p>
    </div>
  );
}
