import { mkdtemp, readdir, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { MemoryFiles } from '../test_support/memory_files';
import { type JournalFiles, openFolder } from './files';
import type { JournalOptions } from './journal';
import { type Position, segmentOf } from './position';
import type { RequestRecord } from './records';
import { openJournal, type OpenedJournal } from './recovery';

jest.setTimeout(600_000);

const folders: string[] = [];
const folderOf = async (): Promise<string> => {
  const folder = await mkdtemp(path.join(tmpdir(), 'betrace-journal-'));
  folders.push(folder);
  return folder;
};
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

const request = (text: string): RequestRecord => ({
  receivedAt: 1_700_000_000_123,
  type: 'application/json',
  spaces: ['default', 'ä'],
  body: Buffer.from(text),
});

interface Opened extends OpenedJournal {
  readonly faults: string[];
  readonly troubles: (string | undefined)[];
}

async function open(files: JournalFiles, options: Partial<JournalOptions> = {}, folder?: string): Promise<Opened> {
  const faults: string[] = [];
  const troubles: (string | undefined)[] = [];
  const opened = await openJournal(folder ?? (await folderOf()), {
    files,
    maxBytes: 1e9,
    onFault: (message) => faults.push(message),
    onTrouble: (error) => troubles.push(error?.message),
    ...options,
  });
  return { ...opened, faults, troubles };
}

const bodies = ({ requests }: OpenedJournal): string[] => [...requests].map(({ body }) => body.toString());

test('gives back what was appended, at its position and after the process is gone', async () => {
  const files = new MemoryFiles();
  const { journal } = await open(files);
  const [first, second] = await Promise.all([journal.append(request('one')), journal.append(request('two'))]);
  expect(journal.read(first)).toEqual(request('one'));
  expect(journal.read(second)).toEqual(request('two'));
  const again = await open(files.kill());
  expect([...again.requests]).toEqual([
    { ...request('one'), position: first },
    { ...request('two'), position: second },
  ]);
  expect(again.faults).toEqual([]);
});

test('keeps notes with their kind, in order, and begins where progress says', async () => {
  const files = new MemoryFiles();
  const { journal } = await open(files);
  await journal.append(request('settled'));
  const second = await journal.append(request('open'));
  const record = { key: '["a"] 00', positions: [20, 4_294_967_316], violated: [{ space: 'a', id: 'r', version: 'v' }] };
  journal.note('judged', [record]);
  journal.note('settled', [record, { key: '["b"] 01', positions: [], violated: [] }]);
  journal.noteProgress({ consumer: 'judge', from: second });
  await journal.noted();
  const again = await open(files.kill());
  expect([...again.notes]).toEqual([
    { kind: 'judged', ...record },
    { kind: 'settled', ...record },
    { kind: 'settled', key: '["b"] 01', positions: [], violated: [] },
  ]);
  expect(bodies(again)).toEqual(['open']);
});

test('on a real disk: private files, segments that are released go, others stay', async () => {
  const folder = await folderOf();
  const files = await openFolder(folder);
  const { journal } = await open(files, { segmentBytes: 200 }, folder);
  const positions: Position[] = [];
  for (let at = 0; at < 12; at += 1) positions.push(await journal.append(request(`body ${at}`)));
  const kept = positions.at(-2)!;
  journal.release(segmentOf(kept));
  await journal.append(request('last'));
  await journal.close();
  for (const name of await readdir(folder)) expect((await stat(path.join(folder, name))).mode & 0o777).toBe(0o600);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  const again = await open(files, {}, folder);
  expect(bodies(again)).toEqual(expect.arrayContaining(['body 10', 'body 11', 'last']));
  expect(bodies(again)).not.toContain('body 0');
  expect(again.journal.read(positions[0]!)).toBeUndefined();
  await again.journal.close();
});

test('a record that is cut off at the end is passed over and said', async () => {
  const folder = await folderOf();
  const files = await openFolder(folder);
  const { journal } = await open(files, {}, folder);
  await journal.append(request('whole'));
  await journal.append(request('cut off'));
  await journal.close();
  const [name] = (await readdir(folder)).filter((file) => file.endsWith('.journal'));
  const file = path.join(folder, name!);
  await truncate(file, (await stat(file)).size - 3);
  const again = await open(files, {}, folder);
  expect(bodies(again)).toEqual(['whole']);
  expect(again.faults).toEqual(['The end of a segment is not whole']);
  await again.journal.close();
});

test('what a later version wrote is refused, not lost', async () => {
  const files = new MemoryFiles();
  const { journal } = await open(files);
  await journal.append(request('one'));
  const header = (await import('./format')).segmentHeader(1);
  header.writeUInt16LE(2, 8);
  header.writeUInt32LE((await import('node:zlib')).crc32(header.subarray(0, 16)), 16);
  const file = await files.open('0000000001.journal', 'read');
  await file.write([header], 0);
  await expect(open(files.kill())).rejects.toMatchObject({ code: 'BT_JOURNAL_UNREADABLE' });
});

test('a folder has one process', async () => {
  const folder = await folderOf();
  const { spawn } = await import('node:child_process');
  const other = spawn(process.execPath, ['-e', 'setInterval(() => 0, 1000)'], { stdio: 'ignore' });
  try {
    const { readFile, writeFile } = await import('node:fs/promises');
    const stat = await readFile(`/proc/${other.pid}/stat`, 'utf8');
    const began = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    await writeFile(path.join(folder, 'lock'), `${other.pid} ${began}`);
    await expect(open(new MemoryFiles(), {}, folder)).rejects.toMatchObject({ code: 'BT_JOURNAL_LOCKED' });
    await writeFile(path.join(folder, 'lock'), `${other.pid} 1`);
    await expect(open(new MemoryFiles(), {}, folder)).resolves.toBeDefined();
  } finally {
    other.kill('SIGKILL');
  }
});

test.each([
  ['a write', { write: { code: 'ENOSPC', after: 7 } }],
  ['an fsync', { sync: 'EIO' }],
  ['a new segment', { create: 'EMFILE' }],
])('%s that fails acknowledges nothing; later the disk is tried again', async (_, faults) => {
  const files = new MemoryFiles();
  const { journal, troubles } = await open(files, { segmentBytes: 1 });
  await journal.append(request('before'));
  Object.assign(files.faults, faults);
  await expect(journal.append(request('lost'))).rejects.toMatchObject({ code: 'BT_JOURNAL_UNAVAILABLE', status: 503 });
  await expect(journal.append(request('lost, too'))).rejects.toMatchObject({ code: 'BT_JOURNAL_UNAVAILABLE' });
  expect(journal.trouble).toBeDefined();
  const names = (await files.list()).length;
  await new Promise((resolve) => setTimeout(resolve, 2_300));
  expect((await files.list()).length).toBeLessThanOrEqual(names + 1);
  Object.assign(files.faults, { write: undefined, sync: undefined, create: undefined });
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  expect(journal.trouble).toBeUndefined();
  await journal.append(request('after'));
  expect(troubles).toEqual([expect.any(String), undefined]);
  expect(bodies(await open(files.kill()))).toEqual(expect.arrayContaining(['before', 'after']));
  await journal.close();
});

test('whatever happens to the disk, what was acknowledged is there after a loss of power, and nothing that was not sent', async () => {
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ do: fc.constant('append' as const), size: fc.integer({ min: 0, max: 300 }) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('note' as const) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('crash' as const), seed: fc.nat() }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('fail' as const), after: fc.integer({ min: 0, max: 400 }) }) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
      let files = new MemoryFiles();
      let { journal } = await open(files, { segmentBytes: 700 });
      const sent = new Set<string>();
      const acknowledged = new Set<string>();
      let pending: Promise<unknown>[] = [];
      let run = 0;
      const reopen = async (next: MemoryFiles): Promise<void> => {
        const known = [...acknowledged];
        run += 1;
        await Promise.all(pending);
        pending = [];
        await journal.close();
        files = next;
        const again = await open(files, { segmentBytes: 700 });
        const found = new Set(bodies(again));
        for (const body of known) expect(found).toContain(body);
        for (const body of found) expect(sent).toContain(body);
        journal = again.journal;
      };
      for (const [index, what] of steps.entries()) {
        switch (what.do) {
          case 'append': {
            const body = `${index} ${'x'.repeat(what.size)}`;
            sent.add(body);
            const before = run;
            const append = journal.append(request(body)).then(() => {
              // who died in the meantime has told nobody
              if (run === before) acknowledged.add(body);
            });
            pending.push(append.catch(() => undefined));
            break;
          }
          case 'note':
            journal.note('settled', [{ key: `["a"] ${index}`, positions: [index], violated: [] }]);
            break;
          case 'wait':
            await Promise.all(pending);
            break;
          case 'fail':
            files.faults.write = { code: 'ENOSPC', after: what.after };
            break;
          case 'crash': {
            let seed = what.seed;
            const random = (): number => (seed = (seed * 16_807 + 11) % 2_147_483_647) / 2_147_483_647;
            await reopen(files.crash(random));
          }
        }
      }
      await reopen(files.kill());
      await journal.close();
    }),
    { numRuns: process.env['BETRACE_TEST_FULL'] === '1' ? 2_000 : 150 },
  );
});
