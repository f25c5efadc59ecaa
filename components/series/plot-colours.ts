/** Tokens that a drawing on a canvas needs, by the class that carries each as its text colour. */
const TOKENS = {
  ink: "text-ink",
  muted: "text-muted",
  hairline: "text-hairline",
  control: "text-control",
  accent: "text-accent",
  band: "text-accent-wash",
  danger: "text-danger",
  wash: "text-danger-wash",
} as const;
export type PlotColours = Readonly<Record<keyof typeof TOKENS, string>>;

/** The tokens as they are on the page now: a canvas cannot read custom properties, nor light-dark(). */
export function readColours(host: HTMLElement): PlotColours {
  const probe = document.createElement("span");
  probe.hidden = true;
  host.append(probe);
  const colours = Object.entries(TOKENS).map(([name, token]) => {
    probe.className = token;
    return [name, getComputedStyle(probe).color] as const;
  });
  probe.remove();
  return Object.fromEntries(colours) as PlotColours;
}

/** Calls back whenever the page's colours may have changed. @returns ends it */
export function watchTheme(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  const system = matchMedia("(prefers-color-scheme: dark)");
  system.addEventListener("change", changed);
  return () => {
    observer.disconnect();
    system.removeEventListener("change", changed);
  };
}
