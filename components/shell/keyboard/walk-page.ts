/** Rows that `j` and `k` walk: links marked data-row, in the order of the page. */
export function walkRows(step: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>("main [data-row]")].filter((row) => row.offsetParent !== null);
  const at = rows.indexOf(document.activeElement as HTMLElement);
  const next = at === -1 ? (step === 1 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + step));
  rows[next]?.focus();
}

/** Marks or unmarks the row that holds the focus, where its list lets rows be chosen; else opens or closes what it folds away. */
export function selectRow(): void {
  const held = document.activeElement;
  const row = held?.closest("main :is(tr, li, details)");
  const box = row?.querySelector<HTMLElement>("input[type=checkbox]:not(:disabled)");
  if (box) box.click();
  else if (held instanceof HTMLElement && held.matches("main summary")) held.click();
}

/** Presses what the page marked with a key, as a hand would: what asks first, asks first. */
export function pressMarked(key: string): void {
  const marked = [...document.querySelectorAll<HTMLElement>("main [aria-keyshortcuts]:not(:disabled)")];
  const found = marked.find(
    (element) => element.getAttribute("aria-keyshortcuts")?.split(" ").includes(key) && element.getClientRects().length > 0,
  );
  found?.focus();
  found?.click();
}
