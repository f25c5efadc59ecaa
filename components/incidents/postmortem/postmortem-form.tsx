"use client";

import { Plus, Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useId, useState } from "react";
import { newKey } from "../../live/new-key";
import { Button } from "../../ui/button";
import { Card } from "../../ui/card";
import { type ActionItem, type PostmortemItem, SECTIONS, type Section } from "./items";

const FIELD = "min-h-11 w-full rounded-md border border-control bg-panel px-3 py-2 text-lg sm:min-h-9 sm:text-base";
const TEXT_MAX = 20_000;

interface PostmortemFormProps {
  readonly item: PostmortemItem;
  readonly isSending: boolean;
  /** Whether somebody saved since this was opened: what is written here stays, and cannot be saved over theirs. */
  readonly isStale: boolean;
  onSave(change: { title: string; sections: Record<Section, string>; actions: readonly ActionItem[] }): Promise<void>;
  onCancel(): void;
}

/** Writing on: every section, and who does what until when. */
export function PostmortemForm({ item, isSending, isStale, onSave, onCancel }: PostmortemFormProps) {
  const t = useTranslations("postmortems");
  const id = useId();
  const [title, setTitle] = useState(item.title);
  const [sections, setSections] = useState<Record<Section, string>>({ ...item.sections });
  const [actions, setActions] = useState<readonly ActionItem[]>(item.actions);
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        void onSave({ title: title.trim(), sections, actions });
      }}
    >
      {isStale ? (
        <p role="alert" className="rounded-md bg-danger-wash px-3 py-2 text-sm">
          {t("stale")}
        </p>
      ) : null}
      <div className="grid gap-1">
        <label htmlFor={`${id}-title`} className="text-sm font-medium">
          {t("titleField")}
        </label>
        <input
          id={`${id}-title`}
          required
          maxLength={200}
          className={FIELD}
          value={title}
          onChange={({ target }) => setTitle(target.value)}
        />
      </div>
      {SECTIONS.map((name) => (
        <div key={name} className="grid gap-1">
          <label htmlFor={`${id}-${name}`} className="text-sm font-medium">
            {t(`section.${name}`)}
          </label>
          <textarea
            id={`${id}-${name}`}
            rows={3}
            maxLength={TEXT_MAX}
            className={FIELD}
            value={sections[name]}
            onChange={({ target }) => setSections({ ...sections, [name]: target.value })}
          />
        </div>
      ))}
      <ActionFields actions={actions} onChange={setActions} />
      <div className="flex flex-wrap gap-2">
        <Button type="submit" look="primary" disabled={isSending || isStale || title.trim() === ""}>
          {isSending ? t("saving") : t("save")}
        </Button>
        <Button onClick={onCancel}>{t("cancel")}</Button>
      </div>
    </form>
  );
}

interface ActionFieldsProps {
  readonly actions: readonly ActionItem[];
  onChange(actions: readonly ActionItem[]): void;
}

function ActionFields({ actions, onChange }: ActionFieldsProps) {
  const t = useTranslations("postmortems");
  const fresh = () => ({ id: newKey().toLowerCase().slice(0, 36), what: "", owner: "", due_on: "", is_done: false });
  return (
    <Card labelId="actions" title={t("actions")}>
      <ul aria-labelledby="actions" className="divide-y divide-hairline">
        {actions.map((action) => (
          <ActionRow
            key={action.id}
            action={action}
            onChange={(part) => onChange(actions.map((other) => (other.id === action.id ? { ...other, ...part } : other)))}
            onRemove={() => onChange(actions.filter(({ id }) => id !== action.id))}
          />
        ))}
      </ul>
      <div className="p-4">
        <Button onClick={() => onChange([...actions, fresh()])}>
          <Plus aria-hidden="true" className="size-4" />
          {t("addAction")}
        </Button>
      </div>
    </Card>
  );
}

interface ActionRowProps {
  readonly action: ActionItem;
  onChange(part: Partial<ActionItem>): void;
  onRemove(): void;
}

function ActionRow({ action, onChange, onRemove }: ActionRowProps) {
  const t = useTranslations("postmortems");
  const label = "grid gap-1 text-sm font-medium";
  return (
    <li className="grid gap-2 px-4 py-3 md:grid-cols-[1fr_14rem_10rem_auto_auto] md:items-end">
      <label className={label}>
        {t("column.what")}
        <input required maxLength={500} className={FIELD} value={action.what} onChange={({ target }) => onChange({ what: target.value })} />
      </label>
      <label className={label}>
        {t("column.owner")}
        <input
          required
          type="email"
          maxLength={320}
          className={FIELD}
          value={action.owner}
          onChange={({ target }) => onChange({ owner: target.value })}
        />
      </label>
      <label className={label}>
        {t("column.due")}
        <input required type="date" className={FIELD} value={action.due_on} onChange={({ target }) => onChange({ due_on: target.value })} />
      </label>
      <label className="flex min-h-9 items-center gap-2 text-sm font-medium">
        <input
          type="checkbox"
          className="size-4 accent-accent"
          checked={action.is_done}
          onChange={({ target }) => onChange({ is_done: target.checked })}
        />
        {t("column.done")}
      </label>
      <Button look="quiet" aria-label={t("removeAction", { what: action.what })} onClick={onRemove}>
        <Trash2 aria-hidden="true" className="size-4" />
      </Button>
    </li>
  );
}
