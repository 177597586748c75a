import type { Locator, Page } from 'playwright-core';

/** Where a rule's text is typed, once the code editor has taken the place of the plain field. */
export const ruleEditor = (page: Page): Locator => page.getByTestId('betraceRuleEditor').getByRole('textbox');

/** Puts a text in place of what is there, as somebody who pastes it. */
export async function typeRule(page: Page, text: string): Promise<void> {
  await ruleEditor(page).focus();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.press('Delete');
  await ruleEditor(page).evaluate(paste, text);
}

/** As typed keys it would get brackets and indents of the editor's own. */
function paste(element: { dispatchEvent(event: unknown): void }, text: string): void {
  const { ClipboardEvent, DataTransfer } = globalThis as unknown as {
    ClipboardEvent: new (type: string, init: object) => unknown;
    DataTransfer: new () => { setData(type: string, text: string): void };
  };
  const clipboardData = new DataTransfer();
  clipboardData.setData('text/plain', text);
  element.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
}

/** The rule's text as it stands in the editor, whose view has one element a line. */
export async function shownRule(page: Page): Promise<string> {
  const lines = page.getByTestId('betraceRuleEditor').locator('.view-line');
  await lines.first().waitFor();
  return (await lines.allTextContents()).join('\n').replaceAll('\u00a0', ' ');
}
