/** Where violations are sent as spans. */
export interface EmitSettings {
  /** The whole address, e.g. `http://localhost:4318/v1/traces`. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** RFC 9110's token: what the name of a header may be. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const VALUE = /^[\x20-\x7e]*$/;

/**
 * @param headers `name=value` pairs with commas between, percent-encoded, as in OTEL_EXPORTER_OTLP_HEADERS
 * @returns what is wrong with them instead of the settings, without a value of a header in it
 */
export function parseEmit(url: string, headers = ''): EmitSettings | string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (!parsed || !['http:', 'https:'].includes(parsed.protocol)) return 'must be an http or https URL';
  if (parsed.username || parsed.password) return 'must not hold credentials: headers are for them';
  const pairs: [string, string][] = [];
  for (const pair of headers.split(',')) {
    if (pair.trim() === '') continue;
    const at = pair.indexOf('=');
    const name = pair.slice(0, Math.max(at, 0)).trim();
    const value = decoded(pair.slice(at + 1).trim());
    if (!TOKEN.test(name) || value === undefined || !VALUE.test(value)) {
      return 'needs headers as name=value pairs with commas between, percent-encoded';
    }
    pairs.push([name.toLowerCase(), value]);
  }
  return { url, headers: Object.fromEntries(pairs) };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
