import { BeTraceError } from '../../../common/errors';
import type { JournalFile, JournalFiles } from './files';
import { Journal, type JournalOptions, reasonOf } from './journal';
import { lockJournal } from './lock';
import { offsetOf, type Position } from './position';
import { readProgress, readSettled, type RequestRecord, type SettledRecord } from './records';
import { readPayload, recordsOf, segmentName, segmentNumber } from './segment';

export interface OpenedJournal {
  readonly journal: Journal;
  /** Traces that were judged, in the order in which they were noted; the last note of a trace counts. */
  readonly notes: Iterable<SettledRecord & { readonly kind: 'judged' | 'settled' }>;
  /** The requests that may bring spans of traces that are not settled, in their order. */
  readonly requests: Iterable<RequestRecord & { readonly position: Position }>;
}

interface Found {
  readonly position: Position;
  readonly bytes: number;
  readonly file: JournalFile;
}

interface Note extends Found {
  readonly kind: 'judged' | 'settled';
}

/**
 * Opens the journal of a folder, made anew or left by an earlier run; the folder belongs to this process from then on.
 * @throws BT_JOURNAL_LOCKED where another process has it, BT_JOURNAL_UNREADABLE where a later version wrote it
 */
export async function openJournal(folder: string, options: JournalOptions): Promise<OpenedJournal> {
  await lockJournal(folder);
  const files = await openSegments(options.files);
  let requests: Position[] = [];
  const notes: Note[] = [];
  let from = 0;
  for (const { number, file } of files) {
    const records = recordsOf(file, number);
    let record = records.next();
    for (; !record.done; record = records.next()) {
      const { kind, position, bytes } = record.value;
      const found = { position, bytes, file };
      if (kind === 'request') requests.push(position);
      else if (kind === 'judged' || kind === 'settled') notes.push({ ...found, kind });
      else if (kind === 'progress') from = Math.max(from, progressOf(found));
    }
    if (record.value < file.size) {
      options.onFault('The end of a segment is not whole', { segment: number, bytes: file.size - record.value });
    }
    requests = requests.filter((position) => position >= from);
  }
  const journal = new Journal(options, files);
  return {
    journal,
    notes: notesIn(notes, options),
    requests: requestsAt(requests, journal),
  };
}

async function openSegments(files: JournalFiles): Promise<{ number: number; file: JournalFile }[]> {
  const numbers = (await files.list()).flatMap((name) => segmentNumber(name) ?? []).sort((a, b) => a - b);
  const opened: { number: number; file: JournalFile }[] = [];
  try {
    for (const number of numbers) opened.push({ number, file: await files.open(segmentName(number), 'read') });
  } catch (error) {
    for (const { file } of opened) await file.close().catch(() => undefined);
    throw new BeTraceError('BT_JOURNAL_UNAVAILABLE', 'The journal can not be read.', {
      reason: reasonOf(error),
    });
  }
  return opened;
}

function progressOf({ file, position, bytes }: Found): Position {
  const payload = readPayload(file, offsetOf(position), bytes);
  return payload ? readProgress(payload).from : 0;
}

function* notesIn(notes: readonly Note[], { onFault }: JournalOptions): Generator<SettledRecord & Pick<Note, 'kind'>> {
  for (const { kind, file, position, bytes } of notes) {
    const payload = readPayload(file, offsetOf(position), bytes);
    if (payload === undefined) onFault('A record of the journal is damaged', { position });
    else for (const record of readSettled(payload)) yield { ...record, kind };
  }
}

function* requestsAt(
  positions: readonly Position[],
  journal: Journal,
): Generator<RequestRecord & { readonly position: Position }> {
  for (const position of positions) {
    const request = journal.read(position);
    if (request) yield { ...request, position };
  }
}
