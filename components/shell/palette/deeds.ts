/** Buttons of pages that say by `data-deed` what they begin: a press of them is all that the palette ever does, so a dialog stays a dialog. */
const DEEDS = "main [data-deed]:not(:disabled)";
const WAITED_MS = 8_000;

function isShown(element: HTMLElement): boolean {
  return element.getClientRects().length > 0;
}

/** What can be begun on this page, as its buttons say it. */
export function deedsHere(): readonly { readonly label: string; press(): void }[] {
  const buttons = [...document.querySelectorAll<HTMLElement>(DEEDS)].filter(isShown);
  return buttons.map((button) => ({ label: button.textContent?.trim() ?? "", press: () => press(button) }));
}

function press(button: HTMLElement): void {
  button.focus();
  button.click();
}

/**
 * Presses the button of a deed as soon as its page is there.
 *
 * @returns false when it did not come to be: the page was left, or the deed is not possible now
 */
export function pressWhenThere(deed: string, pathname: string): Promise<boolean> {
  const find = () => {
    const button = document.querySelector<HTMLElement>(`main [data-deed="${deed}"]:not(:disabled)`);
    return window.location.pathname === pathname && button && isShown(button) ? button : null;
  };
  return new Promise((resolve) => {
    const end = (button: HTMLElement | null) => {
      clearTimeout(timer);
      observer.disconnect();
      if (button) press(button);
      resolve(button !== null);
    };
    const observer = new MutationObserver(() => {
      const button = find();
      if (button) end(button);
    });
    const timer = setTimeout(() => end(find()), WAITED_MS);
    observer.observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ["hidden", "disabled"] });
    const there = find();
    if (there) end(there);
  });
}
