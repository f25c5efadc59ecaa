"use client";

import { Search } from "lucide-react";
import { useTranslations } from "next-intl";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { SeverityChip } from "../../incidents/severity-chip";
import { ProblemError } from "../../live/fetch-json";
import { activeOf, isWalkKey, moveActive } from "./move-active";
import { grouped, type Option } from "./options";
import type { PaletteMode } from "./palette-mode";
import { useOptions } from "./use-options";

interface PaletteProps {
  readonly mode: PaletteMode;
  readonly roles: readonly string[];
  onClose(): void;
}

/** A name as part of an element's id. */
const domId = (base: string, id: string) => `${base}-${id.replaceAll(/[^A-Za-z0-9-]/g, "_")}`;

/**
 * Search and commands: a combobox whose list is walked while the focus stays in its field (APG). What Enter takes is exactly the option that is
 * announced; an action that changes something only presses the button that opens its dialog.
 */
export default function Palette({ mode, roles, onClose }: PaletteProps) {
  const t = useTranslations("palette");
  const base = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const [typed, setTyped] = useState("");
  const [announced, setAnnounced] = useState<string | null>(null);
  const { options, isFetching, error } = useOptions(typed, mode, roles);
  const ids = options.map(({ id }) => id);
  const active = activeOf(ids, announced);
  useEffect(() => {
    if (dialog.current && !dialog.current.open) dialog.current.showModal();
  }, []);

  const take = (option: Option | undefined) => {
    if (!option) return;
    // The focus goes back first, so that a dialog which opens now gives it back to where it was.
    dialog.current?.close();
    option.choose();
  };
  const onKey = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Enter") {
      event.preventDefault();
      take(options.find(({ id }) => id === active));
    }
    if (!isWalkKey(event.key)) return;
    event.preventDefault();
    setAnnounced(moveActive(ids, active, event.key));
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes a dialog by itself; this is for a hand that presses beside it
    <dialog
      ref={dialog}
      data-palette=""
      aria-label={t(mode === "scope" ? "scopeTitle" : "title")}
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && dialog.current?.close()}
      className="mx-auto mt-[max(1rem,10dvh)] mb-auto w-[calc(100vw-1rem)] max-w-2xl overflow-hidden rounded-lg border border-hairline bg-panel text-ink shadow-xl"
    >
      <Field
        base={base}
        name={t(mode === "scope" ? "scopeField" : "field")}
        hasOptions={options.length > 0}
        active={active}
        typed={typed}
        onType={(text) => {
          setTyped(text);
          setAnnounced(null);
        }}
        onKey={onKey}
      />
      <Options base={base} options={options} active={active} onPoint={setAnnounced} onTake={take} />
      <p role="status" className="border-t border-hairline px-4 py-2 text-sm text-muted">
        {isFetching ? t("searching") : t("count", { count: options.length })}
      </p>
      {error ? <Failed error={error} /> : null}
    </dialog>
  );
}

interface FieldProps {
  readonly base: string;
  readonly name: string;
  readonly hasOptions: boolean;
  readonly active: string | null;
  readonly typed: string;
  onType(text: string): void;
  onKey(event: KeyboardEvent<HTMLInputElement>): void;
}

function Field({ base, name, hasOptions, active, typed, onType, onKey }: FieldProps) {
  return (
    <div className="flex items-center gap-3 border-b border-hairline px-4">
      <Search aria-hidden="true" className="size-4.5 shrink-0 text-muted" />
      <input
        type="text"
        role="combobox"
        aria-label={name}
        aria-expanded={hasOptions}
        aria-controls={`${base}-list`}
        aria-autocomplete="list"
        aria-activedescendant={active ? domId(base, active) : undefined}
        placeholder={name}
        autoComplete="off"
        spellCheck={false}
        maxLength={100}
        value={typed}
        onChange={(event) => onType(event.target.value)}
        onKeyDown={onKey}
        className="min-h-13 min-w-0 flex-1 bg-transparent text-lg outline-none placeholder:text-muted"
      />
      <kbd className="hidden rounded border border-control px-1.5 font-mono text-xs text-muted sm:block">Esc</kbd>
    </div>
  );
}

interface OptionsProps {
  readonly base: string;
  readonly options: readonly Option[];
  readonly active: string | null;
  onPoint(id: string): void;
  onTake(option: Option): void;
}

function Options({ base, options, active, onPoint, onTake }: OptionsProps) {
  const t = useTranslations("palette");
  useEffect(() => {
    if (active) document.getElementById(domId(base, active))?.scrollIntoView({ block: "nearest" });
  }, [active, base]);
  return (
    <div role="listbox" id={`${base}-list`} aria-label={t("results")} className="max-h-[min(24rem,60dvh)] overflow-y-auto py-1">
      {grouped(options).map(({ group, options: rows }) => (
        // biome-ignore lint/a11y/useSemanticElements: a list box holds groups, not fieldsets
        <div key={group} role="group" aria-labelledby={`${base}-of-${group}`}>
          <div id={`${base}-of-${group}`} className="px-4 pt-2 pb-1 text-xs font-semibold text-muted">
            {t(`groups.${group}`)}
          </div>
          {rows.map((option) => (
            // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the field, which names the active option
            // biome-ignore lint/a11y/useKeyWithClickEvents: keys are the field's
            <div
              key={option.id}
              id={domId(base, option.id)}
              role="option"
              aria-selected={option.id === active}
              onPointerMove={() => option.id !== active && onPoint(option.id)}
              onClick={() => onTake(option)}
              className="flex min-h-11 cursor-pointer items-center gap-3 px-4 py-1.5 aria-selected:bg-accent-wash sm:min-h-9"
            >
              {option.severity ? <SeverityChip severity={option.severity} /> : null}
              <span className="min-w-0 flex-1 truncate">{option.label}</span>
              <span className="max-w-1/2 truncate text-sm text-muted">{option.detail}</span>
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}

function Failed({ error }: { error: Error }) {
  const [t, states] = [useTranslations("palette"), useTranslations("states")];
  const traceId = error instanceof ProblemError ? error.traceId : null;
  return (
    <p role="alert" className="bg-danger-wash px-4 py-2 text-sm break-words">
      {t("failed")} {traceId ? `${states("trace")} ${traceId}` : null}
    </p>
  );
}
