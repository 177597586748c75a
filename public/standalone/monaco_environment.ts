/**
 * The editor writes lines as HTML with style attributes, which the page's Content-Security-Policy does not let through. By the
 * hook that the editor has for Trusted Types they come under another name, and are set by script, which is let through, before
 * the browser paints. To be evaluated before the editor is.
 */
const HELD = 'data-betrace-style';
const TAG = /<[^>]*>/g;
const STYLE = / style="/g;

/** Text between tags is left alone: the editor escapes what would be a tag in it. */
export const withheld = (html: string): string => html.replace(TAG, (tag) => tag.replace(STYLE, ` ${HELD}="`));

function apply(element: Element): void {
  const style = element.getAttribute(HELD);
  if (style === null) return;
  element.removeAttribute(HELD);
  (element as HTMLElement).style.cssText += style;
}

/** What was set by script since is newer than what was withheld, but of other properties. */
function watch(): void {
  new MutationObserver((records) => {
    for (const { addedNodes } of records) {
      for (const node of addedNodes) {
        if (!(node instanceof Element)) continue;
        apply(node);
        node.querySelectorAll(`[${HELD}]`).forEach(apply);
      }
    }
  }).observe(document.documentElement, { childList: true, subtree: true });
}

interface Policy {
  createHTML?: (html: string) => string;
}

/** Takes the place of the global that the editor looks for. */
export function installEnvironment(): void {
  watch();
  Object.assign(globalThis, {
    MonacoEnvironment: {
      createTrustedTypesPolicy: (_name: string, { createHTML = String, ...rest }: Policy) => ({
        ...rest,
        createHTML: (html: string) => withheld(createHTML(html)),
      }),
    },
  });
}

if (typeof document !== 'undefined') installEnvironment();
