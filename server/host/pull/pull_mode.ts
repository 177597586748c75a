import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@elastic/elasticsearch';
import type { PullState, StartPull } from '../../../common/api/stored_traces';
import { BeTraceError } from '../../../common/errors';
import type { Log } from '../../../common/log';
import type { EvidenceMode } from '../../../common/violations/evidence_document';
import { describeError } from '../../elasticsearch/errors';
import { lookAtFields } from '../../traces/fields';
import { parseKql } from '../../traces/kql';
import type { StoredPatterns } from '../../traces/stored_traces';
import type { ViolationStore } from '../../violations/store';
import type { Pipeline } from '../pipeline';
import { PullRun } from './pull_run';
import { OFF, type PullRecord, type PullStore, type StoredPull } from './pull_store';

/** So much is judged before it is noted how far it is. */
const CHUNK_MS = 10 * 60_000;
const MAX_BACK_MS = 7 * 86_400_000;
const TRIES = 5;

export interface PullSettings {
  /** How often it is looked for traces. */
  readonly intervalMs: number;
  /** Spans are given so long to be exported and to become searchable. */
  readonly delayMs: number;
  /** After so long traces are judged once more, with what came late. */
  readonly lateMs: number;
}

/** Who asks, as far as the host knows it. */
export interface PullCaller {
  readonly user: string;
  /** Elasticsearch as this user sees it. */
  readonly client: Client;
}

/** The keys that traces are read with, where the host can have such. */
export interface PullKeys<Caller extends PullCaller> {
  /** Makes a key that may read traces, and no more than the caller may. Null: traces are read as the host itself. */
  grant(space: string, caller: Caller): Promise<PullRecord['key']>;
  /** @throws BT_TRACES_FORBIDDEN where the key is lost */
  client(space: string, key: PullRecord['key']): Promise<Client>;
  /** @returns those that could not be revoked */
  revoke(ids: readonly string[]): Promise<string[]>;
}

export interface PullOptions<Caller extends PullCaller> {
  readonly store: PullStore;
  readonly keys: PullKeys<Caller>;
  readonly where: StoredPatterns;
  readonly violations: Pick<ViolationStore, 'standingOf'>;
  readonly evidence: EvidenceMode;
  readonly settings: PullSettings;
  readonly log: Log;
  /** Undefined while nothing can be written. */
  pipeline(): Pick<Pipeline, 'accept' | 'activeRules'> | undefined;
  readonly now?: () => number;
}

/**
 * Pull mode: rules are judged on traces that lie in Elasticsearch, by space. Each trace is judged when its last span is
 * `delayMs` old, and again when it is `lateMs` older; how far that is, is kept in Elasticsearch, so that a host goes on
 * where it, or another, left off.
 */
export class PullMode<Caller extends PullCaller> {
  private running: Promise<void> | undefined;
  private readonly now: () => number;

  constructor(private readonly options: PullOptions<Caller>) {
    this.now = options.now ?? Date.now;
  }

  async state(space: string): Promise<PullState> {
    return this.shown((await this.options.store.get(space))?.record ?? OFF);
  }

  /**
   * Switches it on, or changes how it goes; with a new key.
   * @throws BT_INVALID_KQL, BT_INVALID_REQUEST, BT_TRACES_FORBIDDEN, BT_REVISION_CONFLICT
   */
  async start(space: string, { kql, since }: StartPull, caller: Caller): Promise<PullState> {
    const { store, keys, where, log } = this.options;
    parseKql(kql);
    const now = this.now();
    if (since !== undefined && (Date.parse(since) < now - MAX_BACK_MS || Date.parse(since) > now)) {
      throw new BeTraceError('BT_INVALID_REQUEST', 'since: must lie within the last 7 days.');
    }
    await lookAtFields(caller.client, where.patterns, [], new AbortController().signal);
    const key = await keys.grant(space, caller);
    const from = since === undefined ? undefined : new Date(since).toISOString();
    try {
      return await againOnConflict(async () => {
        const before = await store.get(space);
        const former = before?.record ?? OFF;
        const started = from ?? (former.enabled ? undefined : new Date(now).toISOString());
        const { record } = await store.put(
          space,
          {
            ...former,
            ...(started === undefined ? {} : { since: started, watermark: started, final: started }),
            enabled: true,
            kql,
            key,
            startedBy: caller.user,
            startedAt: new Date(now).toISOString(),
            lastRun: null,
            notInvalidated: await this.revoke(former),
          },
          before,
        );
        log.info({ space, by: caller.user }, 'Pull mode was switched on');
        return this.shown(record);
      });
    } catch (error) {
      if (key) await keys.revoke([key.id]);
      throw error;
    }
  }

  /** Switches it off, and revokes its key. */
  stop(space: string, user: string): Promise<PullState> {
    return againOnConflict(async () => {
      const before = await this.options.store.get(space);
      if (before === undefined) return this.shown(OFF);
      const { record } = before;
      const off = { ...record, enabled: false, key: null };
      // off first: from then on nobody uses the key
      const stored = await this.options.store.put(space, { ...off, notInvalidated: idsOf(record) }, before);
      const notInvalidated = await this.revoke(record);
      await this.options.store.put(space, { ...off, notInvalidated }, stored);
      this.options.log.info({ space, by: user }, 'Pull mode was switched off');
      return this.shown({ ...off, notInvalidated });
    });
  }

  /** Switches it off in every space; what can't be reached is left. */
  async stopAll(user: string): Promise<void> {
    try {
      for (const space of await this.options.store.spaces()) await this.stop(space, user);
    } catch (error) {
      this.options.log.warn({ reason: describeError(error) }, 'Pull mode could not be switched off everywhere');
    }
  }

  /** Looks again and again, until aborted. */
  async follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.runAll(signal);
      await sleep(this.options.settings.intervalMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Judges what is due in every space; never throws. Who comes while it is under way waits for it. */
  runAll(signal: AbortSignal): Promise<void> {
    this.running ??= this.runSpaces(signal).finally(() => (this.running = undefined));
    return this.running;
  }

  private async runSpaces(signal: AbortSignal): Promise<void> {
    const { store, log } = this.options;
    try {
      for (const space of await store.spaces()) {
        if (signal.aborted) return;
        await this.runSpace(space, signal);
      }
    } catch (error) {
      if (!signal.aborted) log.debug({ reason: describeError(error) }, "Pull mode can't be looked at just now");
    }
  }

  private async runSpace(space: string, signal: AbortSignal): Promise<void> {
    const { store, keys, pipeline, log, ...shared } = this.options;
    const stored = await store.get(space);
    const current = pipeline();
    const active = current?.activeRules();
    if (!stored?.record.enabled || current === undefined || active === undefined) return;
    const at = new Date(this.now()).toISOString();
    const position = new Position(store, stored);
    let run: PullRun | undefined;
    try {
      run = new PullRun({
        ...shared,
        space,
        kql: stored.record.kql,
        client: await keys.client(space, stored.record.key),
        rules: active.filter((rule) => rule.space === space),
        accept: (findings) => current.accept(findings),
      });
      await this.advance(run, position, 'watermark', this.now() - shared.settings.delayMs, signal);
      await this.advance(run, position, 'final', this.now() - shared.settings.delayMs - shared.settings.lateMs, signal);
      await position.note({ lastRun: { at, ...run.counts, error: null } });
    } catch (error) {
      if (signal.aborted || (error instanceof BeTraceError && error.code === 'BT_REVISION_CONFLICT')) return;
      const code = error instanceof BeTraceError ? error.code : 'BT_INTERNAL';
      const message = error instanceof BeTraceError ? error.message : 'Something went wrong; the log has it.';
      const before = position.record.lastRun?.error;
      if (before?.code !== code) log.warn({ space, code, reason: describeError(error) }, 'Pull mode gets no further');
      const counts = run?.counts ?? { traces: 0, violations: 0, inconclusive: 0 };
      await position.note({ lastRun: { at, ...counts, error: { code, message } } }).catch(() => undefined);
    }
  }

  /** Judges up to a time, and notes after each part how far it is. */
  private async advance(
    run: PullRun,
    position: Position,
    mark: 'watermark' | 'final',
    until: number,
    signal: AbortSignal,
  ): Promise<void> {
    let from = Date.parse(position.record[mark] ?? new Date(until).toISOString());
    while (from < until) {
      const to = Math.min(from + CHUNK_MS, until);
      await run.judge(new Date(from), new Date(to), signal);
      await position.note({ [mark]: new Date(to).toISOString() });
      from = to;
    }
  }

  private revoke(record: PullRecord): Promise<string[]> {
    const ids = idsOf(record);
    return ids.length === 0 ? Promise.resolve([]) : this.options.keys.revoke(ids);
  }

  private shown({ final: _final, ...record }: PullRecord): PullState {
    const { enabled, watermark } = record;
    const lagMs = enabled && watermark !== null ? Math.max(0, this.now() - Date.parse(watermark)) : null;
    return { ...record, lagMs };
  }
}

const idsOf = ({ key, notInvalidated }: PullRecord): string[] => [...(key ? [key.id] : []), ...notInvalidated];

/** How far a run is; writing it down fails where somebody else has, and then the run ends. */
class Position {
  constructor(
    private readonly store: PullStore,
    private stored: StoredPull,
  ) {}

  get record(): PullRecord {
    return this.stored.record;
  }

  async note(change: Partial<PullRecord>): Promise<void> {
    this.stored = await this.store.put(this.stored.space, { ...this.record, ...change }, this.stored);
  }
}

/** Whoever looks for traces writes down how far it got, at any time: what a user wants is then written after that. */
async function againOnConflict<T>(attempt: () => Promise<T>): Promise<T> {
  for (let left = TRIES; ; left--) {
    try {
      return await attempt();
    } catch (error) {
      const isConflict = error instanceof BeTraceError && error.code === 'BT_REVISION_CONFLICT';
      if (!isConflict || left <= 1) throw error;
    }
  }
}
