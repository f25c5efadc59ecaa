"use client";

import { TriangleAlert } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ReactNode, useId, useState } from "react";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";

/** The server demands a reason; this many characters make it one. */
const REASON_MIN = 10;
const REASON_MAX = 500;
const FIELD = "min-h-11 w-full rounded-md border border-control bg-panel px-3 text-lg sm:min-h-9 sm:text-base";

/** What somebody filled in. */
export interface Guarded {
  readonly reason: string;
  /** Six digits; "" where none is asked for. */
  readonly code: string;
}

interface GuardedDialogProps {
  readonly isOpen: boolean;
  readonly title: string;
  /** What will happen, and how far it reaches. */
  readonly impact: ReactNode;
  readonly reasons: readonly string[];
  /** Names the deed: never "OK". */
  readonly confirmLabel: string;
  /** To be typed before the deed: the name of what is touched. */
  readonly typed?: string;
  /** A code of the second factor is asked for, too. */
  readonly needsCode?: boolean;
  readonly look?: "primary" | "danger";
  /** Further fields between the reason and the deed, and whether they are filled in. */
  readonly fields?: ReactNode;
  readonly hasFields?: boolean;
  onConfirm(given: Guarded): Promise<void>;
  onClose(): void;
}

/** The last rung of the danger ladder: a reason, the name of what is touched, and a code. The server asks for all it can check. */
export function GuardedDialog({ isOpen, title, impact, onClose, ...form }: GuardedDialogProps) {
  return (
    <Dialog isOpen={isOpen} title={title} onClose={onClose}>
      <div className="grid gap-3 px-4 pt-3">{impact}</div>
      <GuardedForm {...form} onClose={onClose} />
    </Dialog>
  );
}

function useSending(onConfirm: GuardedDialogProps["onConfirm"], onClose: () => void) {
  const [isSending, setIsSending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const send = async (given: Guarded) => {
    setIsSending(true);
    setProblem(null);
    try {
      await onConfirm(given);
      onClose();
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
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

/** Why the server said no, in its own words. */
function Problem({ text }: { text: string }) {
  const t = useTranslations("danger");
  return (
    <div role="alert" className="flex gap-2 rounded-md bg-danger-wash px-3 py-2 text-sm">
      <TriangleAlert aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-danger" />
      <p className="min-w-0 break-words">
        {t("refused")} <span lang="en">{text}</span>
      </p>
    </div>
  );
}

type GuardedFormProps = Omit<GuardedDialogProps, "isOpen" | "title" | "impact">;

const isCode = (text: string) => /^\d{6}$/.test(text.replace(/\s/g, ""));

function GuardedForm({
  reasons,
  confirmLabel,
  typed,
  needsCode = false,
  look = "danger",
  fields,
  hasFields = true,
  onConfirm,
  onClose,
}: GuardedFormProps) {
  const t = useTranslations("danger");
  const s = useTranslations("safety.guard");
  const [reason, setReason] = useState("");
  const [name, setName] = useState("");
  const [code, setCode] = useState("");
  const { isSending, problem, send } = useSending(onConfirm, onClose);
  const isReady =
    hasFields && reason.trim().length >= REASON_MIN && (typed === undefined || name.trim() === typed) && (!needsCode || isCode(code));
  return (
    <form
      className="grid gap-3 p-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady && !isSending) void send({ reason: reason.trim(), code });
      }}
    >
      <ReasonChips reasons={reasons} chosen={reason} onChoose={setReason} />
      <Field label={t("reason")} hint={t("reasonHint", { least: REASON_MIN, count: reason.trim().length })}>
        {(props) => (
          <input
            {...props}
            className={FIELD}
            value={reason}
            maxLength={REASON_MAX}
            required
            onChange={(event) => setReason(event.target.value)}
          />
        )}
      </Field>
      {typed === undefined ? null : <TypedName typed={typed} name={name} onType={setName} />}
      {fields}
      {needsCode ? (
        <Field label={s("code")} hint={s("codeHint")}>
          {(props) => <CodeInput {...props} value={code} onChange={setCode} />}
        </Field>
      ) : null}
      {problem ? <Problem text={problem} /> : null}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onClose}>{t("cancel")}</Button>
        <Button type="submit" look={look} disabled={!isReady || isSending}>
          {isSending ? t("sending") : confirmLabel}
        </Button>
      </div>
    </form>
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

interface FieldProps {
  readonly label: string;
  readonly hint: string;
  readonly children: (props: { id: string; "aria-describedby": string }) => ReactNode;
}

function Field({ label, hint, children }: FieldProps) {
  const id = useId();
  return (
    <div className="grid gap-1">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      {children({ id, "aria-describedby": `${id}-hint` })}
      <p id={`${id}-hint`} className="text-sm break-words text-muted">
        {hint}
      </p>
    </div>
  );
}

interface CodeInputProps {
  readonly id: string;
  readonly "aria-describedby"?: string;
  readonly value: string;
  onChange(code: string): void;
}

/** Six digits of an authenticator app; phones offer their number keys. */
export function CodeInput({ value, onChange, ...props }: CodeInputProps) {
  return (
    <input
      {...props}
      className={`${FIELD} max-w-40 font-mono tracking-widest`}
      value={value}
      inputMode="numeric"
      autoComplete="one-time-code"
      maxLength={7}
      required
      onChange={({ target }) => onChange(target.value)}
    />
  );
}
