/** Well-formed Unicode of at most `limit` UTF-16 units; what is cut off ends in `…`. */
export function boundedText(text: string, limit: number): string {
  const cut = text.length > limit ? `${text.slice(0, limit - 1)}…` : text;
  return cut.replace(/\p{Surrogate}/gu, '\ufffd');
}
