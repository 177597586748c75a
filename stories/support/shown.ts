/** Waits until an element has a text. */
export async function shows(element: HTMLElement, text: string): Promise<void> {
  for (let tries = 0; !element.textContent.includes(text); tries++) {
    if (tries === 100) throw new Error(`"${text}" is not shown`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Clicks what a user knows by its text. */
export function click(element: HTMLElement, selector: string, text: string): void {
  const found = [...element.querySelectorAll<HTMLElement>(selector)].find(({ textContent }) => textContent === text);
  if (!found) throw new Error(`There is no ${selector} "${text}"`);
  found.click();
}
