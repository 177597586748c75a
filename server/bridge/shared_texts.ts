const MAX_TEXTS = 8192;
const MAX_LENGTH = 64;

/**
 * Numbers for texts that come again and again, such as attribute keys and span names: the first that are seen get one, for
 * as long as the process lives; so what is written with such a number can always be read.
 */
class SharedTexts {
  private readonly codes = new Map<string, number>();
  private readonly texts: string[] = [];

  /** From 1; 0 where the text has none. */
  codeOf(text: string): number {
    const code = this.codes.get(text);
    if (code !== undefined) return code;
    if (text.length > MAX_LENGTH || this.texts.length === MAX_TEXTS) return 0;
    this.texts.push(text);
    this.codes.set(text, this.texts.length);
    return this.texts.length;
  }

  textOf(code: number): string {
    return this.texts[code - 1]!;
  }
}

export const sharedTexts = new SharedTexts();
