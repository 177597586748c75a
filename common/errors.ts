/**
 * Every error that a user or a client can meet outside a rule's text (those are in `dsl/problems.ts`): its code, the HTTP
 * status that carries it, and what it means. `docs/reference/errors.md` is made from this table.
 */
export const ERRORS = {
  BT_INVALID_REQUEST: { status: 400, meaning: 'The request does not have the form that the API describes.' },
  BT_INVALID_RULE: { status: 400, meaning: "The rule's text has problems; they are listed with their positions." },
  BT_EXAMPLES_FAIL: {
    status: 400,
    meaning: 'The rule says otherwise than its examples; they are listed with the verdicts.',
  },
  BT_INVALID_RULES_FILE: {
    status: 400,
    meaning: 'What is to be imported is not a file of rules: no JSON or YAML, nested too deep, or of another form.',
  },
  BT_TOO_MANY_RULES: { status: 413, meaning: 'More rules at once, or in one space, than are imported and exported.' },
  BT_INVALID_CURSOR: { status: 400, meaning: 'The cursor was not given out by this API.' },
  BT_INVALID_KQL: {
    status: 400,
    meaning: 'The filter is not KQL, or uses something of it that is not supported here.',
  },
  BT_UNAUTHENTICATED: {
    status: 401,
    meaning: 'The request needs an API key, or for spans an API key or a token, and has none that is good.',
  },
  BT_FORBIDDEN: {
    status: 403,
    meaning:
      "The API key's role, or the user's role in Kibana, does not allow this; or a sender's credential names no space.",
  },
  BT_TRACES_FORBIDDEN: {
    status: 403,
    meaning: 'Elasticsearch does not let this user read the stored traces (`traces-apm*`, `traces-*.otel-*`).',
  },
  BT_HOST_NOT_ALLOWED: { status: 403, meaning: 'The Host header names a host that is not on the allow-list.' },
  BT_CROSS_SITE: {
    status: 403,
    meaning: 'A change needs `content-type: application/json` (or YAML), or the header `x-betrace-request`.',
  },
  BT_NOT_FOUND: { status: 404, meaning: 'There is nothing under this address.' },
  BT_METHOD_NOT_ALLOWED: { status: 405, meaning: 'The address exists, the method does not.' },
  BT_REVISION_CONFLICT: {
    status: 409,
    meaning: 'The rule was changed since the revision that was named; or somebody else was faster with set-up.',
  },
  BT_BODY_TOO_LARGE: { status: 413, meaning: 'The body is over the limit, as sent or after inflating.' },
  BT_TOO_MANY_SPANS: { status: 413, meaning: 'The request has more spans than one may have; send fewer at a time.' },
  BT_UNSUPPORTED_MEDIA_TYPE: { status: 415, meaning: 'The content type or content encoding is not accepted here.' },
  BT_MALFORMED_OTLP: { status: 400, meaning: 'The body is not an OTLP trace export request.' },
  BT_QUOTA_EXCEEDED: {
    status: 429,
    meaning: 'This sender has sent as much as it may for now; send again after the time in Retry-After.',
  },
  BT_TOO_MANY_PREVIEWS: { status: 429, meaning: 'This user runs two previews already; end one, or wait for it.' },
  BT_OVERLOADED: { status: 503, meaning: 'A bound on memory is reached; send again after the time in Retry-After.' },
  BT_BRIDGE_UNAVAILABLE: { status: 503, meaning: 'The bridge is starting, stopping or restarting; send again.' },
  BT_BRIDGE_STANDBY: {
    status: 503,
    meaning: 'The bridge of another Kibana takes the spans; send again, best to all of them in turn.',
  },
  BT_JOURNAL_UNAVAILABLE: {
    status: 503,
    meaning: 'The disk does not take what the bridge must keep before it acknowledges; send again.',
  },
  BT_JOURNAL_FULL: {
    status: 503,
    meaning:
      'The journal is at its bound, as verdicts wait for Elasticsearch; send again after the time in Retry-After.',
  },
  BT_JOURNAL_DAMAGED: {
    status: 500,
    meaning: 'A record of the journal is not what was written; traces that need it are judged without, and flagged.',
  },
  BT_JOURNAL_LOCKED: { status: 503, meaning: "Another process has the journal's folder." },
  BT_JOURNAL_UNREADABLE: { status: 503, meaning: 'The journal was written by a later version of BeTrace.' },
  BT_BRIDGE_PORT_TAKEN: { status: 503, meaning: "Another program listens at the bridge's port; it is tried again." },
  BT_BRIDGE_NOT_LOOPBACK: {
    status: 503,
    meaning:
      'The bridge in Kibana has no keys to verify tokens by (`betrace.bridge.auth`), and so listens on loopback only.',
  },
  BT_SETTINGS_INVALID: {
    status: 500,
    meaning:
      'A setting below `betrace.` in kibana.yml is not valid; the message names it. BeTrace does nothing until it is.',
  },
  BT_TLS_INVALID: { status: 500, meaning: "A TLS certificate, its key or the clients' CA can't be read or used." },
  BT_TOKEN_KEYS_INVALID: { status: 500, meaning: "The keys that verify senders' tokens can't be read or used." },
  BT_STORE_FORBIDDEN: {
    status: 503,
    meaning: 'Elasticsearch does not let BeTrace do what it must; the message names the privileges that are missing.',
  },
  BT_STORE_UNAVAILABLE: { status: 503, meaning: 'Elasticsearch does not answer; try again.' },
  BT_SIGNING_KEY_INVALID: { status: 500, meaning: 'A signing key is too short, malformed or of an unsupported kind.' },
  BT_SIGNING_KEY_UNKNOWN: {
    status: 503,
    meaning:
      'The violations in Elasticsearch were signed with other keys, and this host has none of them; it does not sign.',
  },
  BT_INTERNAL: { status: 500, meaning: 'Something that should not happen did; the log has it under the same code.' },
} as const satisfies Record<`BT_${string}`, { status: number; meaning: string }>;

export type ErrorCode = keyof typeof ERRORS;

/** An error with a code of the catalogue; its message is for users and carries no secrets. */
export class BeTraceError extends Error {
  override readonly name = 'BeTraceError';

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }

  get status(): number {
    return ERRORS[this.code].status;
  }
}
