import { Buffer } from 'node:buffer';
import type { Readable, Transform } from 'node:stream';
import { BeTraceError } from '../../common/errors';
import type { Reservation } from './byte_ledger';
import { type ContentCoding, createDecoder } from './content_coding';

export interface BodyOptions {
  readonly coding: ContentCoding;
  /** Content-Length, where one was sent. */
  readonly declared: number | undefined;
  /** Of the body as it was sent, and again as it is inflated. */
  readonly maxBytes: number;
  /** Grows with what is held here. */
  readonly reservation: Reservation;
}

/** The sender went away before its request was whole; nobody is there to hear an answer. */
export class SenderGone extends Error {
  override readonly name = 'SenderGone';
}

const FIRST_BYTES = 64 * 1024;
/** What an encoded body is first taken to inflate to; OTLP is often a little denser than that. */
const USUAL_RATIO = 8;

const tooLarge = (maxBytes: number, inflated: boolean): BeTraceError =>
  new BeTraceError(
    'BT_BODY_TOO_LARGE',
    `The body has more than ${maxBytes} bytes${inflated ? ' after inflating' : ''}; send fewer spans at a time.`,
  );

/** One buffer that doubles as it fills; all that it holds is in the reservation. */
class GrowingBuffer {
  private buffer: Buffer;
  private length = 0;

  constructor(
    firstBytes: number,
    private readonly options: BodyOptions,
  ) {
    this.buffer = Buffer.alloc(0);
    this.resize(Math.min(firstBytes, options.maxBytes));
  }

  append(chunk: Buffer): void {
    const length = this.length + chunk.length;
    const { maxBytes } = this.options;
    if (length > maxBytes) throw tooLarge(maxBytes, this.options.coding !== 'identity');
    if (length > this.buffer.length) this.resize(Math.min(maxBytes, Math.max(length, this.buffer.length * 2)));
    chunk.copy(this.buffer, this.length);
    this.length = length;
  }

  take(): Buffer {
    return this.buffer.subarray(0, this.length);
  }

  private resize(capacity: number): void {
    const { reservation } = this.options;
    const former = this.buffer;
    if (!reservation.grow(capacity)) {
      throw new BeTraceError('BT_OVERLOADED', 'Too many bytes of requests are in flight; send again later.');
    }
    this.buffer = Buffer.allocUnsafeSlow(capacity);
    former.copy(this.buffer, 0, 0, this.length);
    reservation.shrink(former.length);
  }
}

/**
 * Reads a request's body whole, inflated while it arrives: it stops as soon as a bound is reached, so a bomb never unfolds.
 * Throws BeTraceErrors (413 over the limit, 503 where no more may be held, 400 for what can't be inflated) and SenderGone.
 */
export function readBody(request: Readable, options: BodyOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const { coding, declared, maxBytes } = options;
    const encoded = coding !== 'identity';
    const first = declared === undefined ? FIRST_BYTES : encoded ? declared * USUAL_RATIO : declared;
    let decoder: Transform | undefined;
    let sent = 0;

    const settle = (conclude: () => void): void => {
      request.off('data', onSent).off('end', onEnd).off('error', onGone).off('close', onGone);
      // What may still come is read and forgotten: closing instead could cost the sender our answer.
      request.on('error', () => undefined).resume();
      decoder
        ?.off('data', onBytes)
        .on('error', () => undefined)
        .destroy();
      conclude();
    };
    const fail = (error: Error): void => settle(() => reject(error));
    const guarded = (step: () => void): void => {
      try {
        step();
      } catch (error) {
        fail(error as Error);
      }
    };
    const onBytes = (chunk: Buffer): void => guarded(() => body.append(chunk));
    const onSent = (chunk: Buffer): void =>
      guarded(() => {
        sent += chunk.length;
        if (sent > maxBytes) throw tooLarge(maxBytes, false);
        if (encoded && chunk.length > 0) decoder ??= decoderFor(chunk[0]!);
        if (decoder === undefined) body.append(chunk);
        else if (!decoder.write(chunk)) {
          request.pause();
          decoder.once('drain', () => request.resume());
        }
      });
    const onEnd = (): void => {
      request.off('close', onGone);
      if (decoder === undefined) settle(() => resolve(body.take()));
      else decoder.end();
    };
    const onGone = (): void => fail(new SenderGone('The sender went away.'));

    const decoderFor = (byte: number): Transform | undefined =>
      createDecoder(coding, byte)
        ?.on('data', onBytes)
        .on('end', () => settle(() => resolve(body.take())))
        .on('error', () => fail(new BeTraceError('BT_MALFORMED_OTLP', `The body is no ${coding}, or is cut short.`)));

    let body: GrowingBuffer;
    try {
      body = new GrowingBuffer(Math.max(first, 1), options);
    } catch (error) {
      request.on('error', () => undefined).resume();
      reject(error);
      return;
    }
    request.on('data', onSent).on('end', onEnd).on('error', onGone).on('close', onGone);
  });
}
