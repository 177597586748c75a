import fc from 'fast-check';
import { Lease, type LeaseRecord, type LeaseStore } from './lease';

const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** One document, as strict as Elasticsearch about who writes at once; away for whom it is told to be. */
class SharedDocument {
  record: LeaseRecord | undefined;
  private writes = 0;

  storeFor(isAway: () => boolean, losesAnswers: () => boolean): LeaseStore {
    const away = (): void => {
      if (isAway()) throw Object.assign(new Error('away'), { name: 'ConnectionError' });
    };
    return {
      read: () => Promise.resolve().then(() => (away(), this.record)),
      write: (holder, since) =>
        Promise.resolve().then(() => {
          away();
          if (since?.version !== this.record?.version) return undefined;
          this.writes += 1;
          this.record = { holder, version: String(this.writes) };
          if (losesAnswers()) throw Object.assign(new Error('late'), { name: 'TimeoutError' });
          return this.record;
        }),
    };
  }
}

/** A Kibana with a clock of its own. */
class Member {
  away = false;
  losesAnswers = false;
  fit = true;
  alive = true;
  clock: number;
  /** By its own clock. */
  permittedUntil = -Infinity;
  readonly lease: Lease;
  private nextStep = 0;

  constructor(
    document: SharedDocument,
    private readonly speed: number,
    offset: number,
  ) {
    this.clock = offset;
    this.nextStep = offset;
    this.lease = new Lease({
      store: document.storeFor(
        () => this.away,
        () => this.losesAnswers,
      ),
      log,
      isFit: () => this.fit,
      permit: (ms) => (this.permittedUntil = this.clock + ms),
      now: () => this.clock,
    });
  }

  get takesSpans(): boolean {
    return this.clock < this.permittedUntil;
  }

  async advance(ms: number): Promise<void> {
    this.clock += ms * this.speed;
    if (!this.alive || this.clock < this.nextStep) return;
    await this.lease.step();
    this.nextStep = this.clock + (this.lease.isHeld ? 2_000 : 1_000);
  }
}

const STEP_MS = 250;

async function run(members: readonly Member[], ms: number, check: () => void = () => undefined): Promise<void> {
  for (let at = 0; at < ms; at += STEP_MS) {
    for (const member of members) await member.advance(STEP_MS);
    check();
  }
}

const active = (members: readonly Member[]): Member[] => members.filter(({ takesSpans }) => takesSpans);

test('whatever dies, hangs, comes back or gets no answers: two are never active, and soon one is', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ speed: fc.double({ min: 0.95, max: 1.05, noNaN: true }), offset: fc.nat(1_000_000) }), {
        minLength: 2,
        maxLength: 4,
      }),
      fc.array(
        fc.record({
          who: fc.nat(3),
          what: fc.constantFrom('alive' as const, 'fit' as const, 'losesAnswers' as const),
          value: fc.boolean(),
          thenMs: fc.nat(20_000),
        }),
        { maxLength: 12 },
      ),
      async (clocks, events) => {
        const document = new SharedDocument();
        const members = clocks.map(({ speed, offset }) => new Member(document, speed, offset));
        const atMostOne = (): void => expect(active(members).length).toBeLessThanOrEqual(1);
        await run(members, 3_000, atMostOne);
        for (const { who, what, value, thenMs } of events) {
          members[who % members.length]![what] = value;
          await run(members, thenMs, atMostOne);
        }
        members[0]!.alive = members[0]!.fit = true;
        for (const member of members) member.losesAnswers = false;
        await run(members, 15_000, atMostOne);
        expect(active(members)).toHaveLength(1);
      },
    ),
    { numRuns: 150 },
  );
});

test('while the store is away for all, the active one stays so, and nobody takes its place when it is back', async () => {
  const document = new SharedDocument();
  const members = [0, 500].map((offset) => new Member(document, 1, offset));
  await run(members, 5_000);
  const [first] = active(members);
  for (const member of members) member.away = true;
  await run(members, 60_000, () => expect(active(members)).toEqual([first]));
  for (const member of members) member.away = false;
  await run(members, 30_000, () => expect(active(members)).toEqual([first]));
});

test('one that is cut off alone is superseded, and leaves it once it knows', async () => {
  const document = new SharedDocument();
  const members = [0, 500].map((offset) => new Member(document, 1, offset));
  await run(members, 5_000);
  const [first] = active(members);
  first!.away = true;
  await run(members, 15_000);
  expect(active(members)).toHaveLength(2);
  first!.away = false;
  await run(members, 2_250);
  expect(active(members)).toHaveLength(1);
  expect(active(members)).not.toContain(first);
});

test('one that stops gives it back', async () => {
  const document = new SharedDocument();
  const members = [0, 500].map((offset) => new Member(document, 1, offset));
  await run(members, 5_000);
  const [first] = active(members);
  first!.alive = false;
  await first!.lease.run(AbortSignal.abort());
  expect(active(members)).toEqual([]);
  await run(members, 1_500);
  expect(active(members)).toHaveLength(1);
});
