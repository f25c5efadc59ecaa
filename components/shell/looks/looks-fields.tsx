"use client";

import { useRouter } from "next/navigation";
import { useLocale, useTranslations } from "next-intl";
import { keepPreference } from "../../ui/preference-cookie";
import { useTimeZone } from "../../ui/time-zone";
import { useLooks } from "./looks";

/** Everything about looks in one place: theme, density of rows, clock and language. They are kept on this device. */
export function LooksFields() {
  const t = useTranslations("looks");
  const { theme, density, chooseTheme, chooseDensity } = useLooks();
  const { choice, choose } = useTimeZone();
  const locale = useLocale();
  const router = useRouter();
  const chooseLanguage = (next: string) => {
    keepPreference("locale", next);
    router.refresh();
  };
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      <Choice name={t("theme")} values={["system", "light", "dark"]} labels={t} chosen={theme} onChoose={chooseTheme} />
      <Choice name={t("density")} values={["compact", "normal", "roomy"]} labels={t} chosen={density} onChoose={chooseDensity} />
      <Choice name={t("clock")} values={["utc", "local"]} labels={t} chosen={choice} onChoose={choose} />
      <Choice name={t("language")} values={["en", "fr"]} labels={t} chosen={locale} onChoose={chooseLanguage} />
    </div>
  );
}

interface ChoiceProps<Value extends string> {
  readonly name: string;
  readonly values: readonly Value[];
  readonly chosen: Value;
  labels(value: Value): string;
  onChoose(value: Value): void;
}

/** One of a few, as a row of buttons. */
function Choice<Value extends string>({ name, values, chosen, labels, onChoose }: ChoiceProps<Value>) {
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1 text-sm font-medium text-muted">{name}</legend>
      <div className="flex rounded-md border border-control">
        {values.map((value) => (
          <button
            key={value}
            type="button"
            lang={value === "en" || value === "fr" ? value : undefined}
            aria-pressed={value === chosen}
            onClick={() => onChoose(value)}
            className="min-h-11 flex-1 border-r border-control px-2 text-sm first:rounded-l-md last:rounded-r-md last:border-r-0 hover:bg-raised aria-pressed:bg-accent-wash aria-pressed:font-semibold sm:min-h-9"
          >
            {labels(value)}
          </button>
        ))}
      </div>
    </fieldset>
  );
}
