import type { Position } from './position';

/** Content types of OTLP by their number in the journal. */
export const BODY_TYPES = ['application/x-protobuf', 'application/json'] as const;
export type BodyType = (typeof BODY_TYPES)[number];

/** An export request as it was received, inflated. */
export interface RequestRecord {
  /** Milliseconds since 1970, by the clock on the wall. */
  readonly receivedAt: number;
  readonly type: BodyType;
  readonly spaces: readonly string[];
  readonly body: Buffer;
}

/** A rule that a trace violates, as its violation names it. */
export interface RuleRef {
  readonly space: string;
  readonly id: string;
  readonly version: string;
}

/**
 * A trace that was judged. As `judged` it is noted before its verdicts leave for the store, as `settled` once they are
 * there: between the two it must be judged again after a restart.
 */
export interface SettledRecord {
  /** The spaces and the id of the trace, in one text. */
  readonly key: string;
  /** The requests that brought its spans. */
  readonly positions: readonly Position[];
  /** The violations that the store may have of it. */
  readonly violated: readonly RuleRef[];
}

/** Everything in requests before `from` is settled, for the consumer of that name. */
export interface ProgressRecord {
  readonly consumer: 'judge';
  readonly from: Position;
}

/** The payload in parts, so that the body is not copied. */
export function requestPayload({ receivedAt, type, spaces, body }: RequestRecord): Buffer[] {
  const names = Buffer.from(JSON.stringify(spaces));
  const head = Buffer.alloc(11);
  head.writeDoubleLE(receivedAt, 0);
  head.writeUInt8(BODY_TYPES.indexOf(type), 8);
  head.writeUInt16LE(names.length, 9);
  return [head, names, body];
}

/** @throws TypeError or SyntaxError for what is no such payload; its checksum has then been forged */
export function readRequest(payload: Buffer): RequestRecord {
  const type = BODY_TYPES[payload.readUInt8(8)];
  if (type === undefined) throw new TypeError('No content type has that number.');
  const end = 11 + payload.readUInt16LE(9);
  const spaces = JSON.parse(payload.toString('utf8', 11, end)) as string[];
  return { receivedAt: payload.readDoubleLE(0), type, spaces, body: payload.subarray(end) };
}

/** Many traces share a record: most of them take a line of some fifty bytes. */
export const settledPayload = (traces: readonly SettledRecord[]): Buffer =>
  Buffer.from(
    traces
      .map(({ key, positions, violated }) => {
        const refs = violated.map(({ space, id, version }) => [space, id, version]);
        return JSON.stringify(refs.length === 0 ? [key, positions] : [key, positions, refs]);
      })
      .join('\n'),
  );

/** @throws SyntaxError for what is no such payload */
export function readSettled(payload: Buffer): SettledRecord[] {
  if (payload.length === 0) return [];
  return payload
    .toString('utf8')
    .split('\n')
    .map((line) => {
      const [key, positions, refs = []] = JSON.parse(line) as [string, Position[], [string, string, string][]?];
      return { key, positions, violated: refs.map(([space, id, version]) => ({ space, id, version })) };
    });
}

export const progressPayload = (progress: ProgressRecord): Buffer => Buffer.from(JSON.stringify(progress));

/** @throws SyntaxError for what is no such payload */
export const readProgress = (payload: Buffer): ProgressRecord => JSON.parse(payload.toString('utf8')) as ProgressRecord;
