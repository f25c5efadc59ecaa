"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { useTell } from "../ui/toaster";
import { FIELD, Field } from "./field";
import type { ShownFactor } from "./items";
import { Problem, type Trouble, useTroubleOf } from "./problem";
import { StepUpFields } from "./step-up-fields";
import { useShownFactor } from "./use-shown-factor";
import { useStepUp, wantedDigest } from "./use-step-up";

/** The server demands a reason; this many characters make it one. */
const REASON_MIN = 10;
const REASON_MAX = 500;

/** What somebody filled in, and the way to show their second factor for a digest. */
export interface Given {
  readonly reason: string;
  /** Shows it once, however often the deed is tried. */
  show(digest: string): Promise<void>;
}

interface StepUpDialogProps {
  readonly title: string;
  /** What will happen, and how far it reaches. */
  readonly impact: ReactNode;
  /** Reasons that are often right; left out where none is asked for. */
  readonly reasons?: readonly string[];
  /** Names the deed: never "OK". */
  readonly confirmLabel: string;
  /** To be typed before the deed: the name of what is touched. */
  readonly typed?: string;
  /** False for what takes no second factor this time. */
  readonly needsStepUp?: boolean;
  readonly look?: "primary" | "danger";
  /** Further fields between the reason and the deed, and whether they are filled in. */
  readonly fields?: ReactNode;
  readonly hasFields?: boolean;
  /** What is told once it is done, and which reads are doubtful from then on. */
  readonly done?: string;
  readonly reads?: readonly string[];
  perform(given: Given): Promise<unknown>;
  onClose(): void;
}

/** The last rung of the danger ladder: a reason, the name of what is touched, and a second factor. The server asks for all it can check. */
export function StepUpDialog({ title, impact, onClose, ...form }: StepUpDialogProps) {
  return (
    <Dialog isOpen title={title} onClose={onClose}>
      <div className="grid gap-3 px-4 pt-3">{impact}</div>
      <StepUpForm {...form} onClose={onClose} />
    </Dialog>
  );
}

function usePerforming({ perform, done, reads = [], onClose }: Pick<StepUpDialogProps, "perform" | "done" | "reads" | "onClose">) {
  const client = useQueryClient();
  const tell = useTell();
  const stepUp = useStepUp();
  const troubleOf = useTroubleOf();
  const [isSending, setIsSending] = useState(false);
  const [problem, setProblem] = useState<Trouble | null>(null);
  const send = async (reason: string, shown: ShownFactor | null) => {
    setIsSending(true);
    setProblem(null);
    try {
      await perform({ reason, show: async (digest) => (shown ? stepUp.show(digest, shown) : undefined) });
      if (done !== undefined) tell(done);
      await Promise.all(reads.map((read) => client.invalidateQueries({ queryKey: [read] })));
      onClose();
    } catch (error) {
      if (wantedDigest(error) !== null) stepUp.forget();
      setProblem(troubleOf(error));
    } finally {
      setIsSending(false);
    }
  };
  return { isSending, problem, send };
}

/** Reasons that are given often, one press each. */
function ReasonChips({ reasons, chosen, onChoose }: { reasons: readonly string[]; chosen: string; onChoose(reason: string): void }) {
  return (
    <div className="flex flex-wrap gap-2">
      {reasons.map((text) => (
        <button
          key={text}
          type="button"
          aria-pressed={chosen === text}
          onClick={() => onChoose(text)}
          className="min-h-9 rounded-full border border-control px-3 text-sm hover:bg-raised aria-pressed:border-accent aria-pressed:bg-accent-wash"
        >
          {text}
        </button>
      ))}
    </div>
  );
}

type StepUpFormProps = Omit<StepUpDialogProps, "title" | "impact">;

function StepUpForm(props: StepUpFormProps) {
  const { reasons, confirmLabel, typed, needsStepUp = true, look = "danger", fields, hasFields = true, onClose } = props;
  const t = useTranslations("danger");
  const [reason, setReason] = useState("");
  const [name, setName] = useState("");
  const choice = useShownFactor(needsStepUp);
  const { isSending, problem, send } = usePerforming(props);
  const hasReason = reasons === undefined || reason.trim().length >= REASON_MIN;
  const isReady = hasFields && hasReason && (typed === undefined || name.trim() === typed) && (!needsStepUp || choice.shown !== null);
  return (
    <form
      className="grid gap-3 p-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady && !isSending) void send(reason.trim(), needsStepUp ? choice.shown : null);
      }}
    >
      {reasons === undefined ? null : <Reason reasons={reasons} reason={reason} onChange={setReason} />}
      {typed === undefined ? null : <TypedName typed={typed} name={name} onType={setName} />}
      {fields}
      {needsStepUp ? <StepUpFields choice={choice} /> : null}
      {problem ? <Problem {...problem} /> : null}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onClose}>{t("cancel")}</Button>
        <Button type="submit" look={look} disabled={!isReady || isSending}>
          {isSending ? t("sending") : confirmLabel}
        </Button>
      </div>
    </form>
  );
}

interface ReasonProps {
  readonly reasons: readonly string[];
  readonly reason: string;
  onChange(reason: string): void;
}

function Reason({ reasons, reason, onChange }: ReasonProps) {
  const t = useTranslations("danger");
  return (
    <>
      <ReasonChips reasons={reasons} chosen={reason} onChoose={onChange} />
      <Field label={t("reason")} hint={t("reasonHint", { least: REASON_MIN, count: reason.trim().length })}>
        {(props) => (
          <input
            {...props}
            className={FIELD}
            value={reason}
            maxLength={REASON_MAX}
            required
            onChange={(event) => onChange(event.target.value)}
          />
        )}
      </Field>
    </>
  );
}

/** The name of what is touched, typed by hand. */
function TypedName({ typed, name, onType }: { readonly typed: string; readonly name: string; onType(name: string): void }) {
  const s = useTranslations("safety.guard");
  return (
    <Field label={s("typed")} hint={s("typedHint", { name: typed })}>
      {(props) => (
        <input
          {...props}
          className={`${FIELD} font-mono`}
          value={name}
          autoComplete="off"
          required
          onChange={({ target }) => onType(target.value)}
        />
      )}
    </Field>
  );
}
