import type { Client } from '@elastic/elasticsearch';
import type { PreviewRequest } from '../../common/api/preview';
import type { RuleExample } from '../../common/api/rule_examples';
import type { KnownAttributes, TraceExampleQuery } from '../../common/api/stored_traces';
import { knownAttributes } from './known_attributes';
import { EVENT_INDICES, TRACE_INDICES } from './mapping';
import { type PreviewLines, PreviewService } from './preview';
import { PreviewSlots } from './preview_slots';
import { traceExample } from './trace_example';

/** Where traces and events of their spans are looked for. */
export interface StoredPatterns {
  readonly patterns: readonly string[];
  readonly eventPatterns: readonly string[];
}

export const DEFAULT_INDICES: readonly string[] = [...TRACE_INDICES, ...EVENT_INDICES];

/** Of names and patterns of indices, those of logs are for events. */
export function patternsOf(indices: readonly string[]): StoredPatterns {
  const isLogs = (pattern: string): boolean => /^(?:[^:]*:)?logs-/.test(pattern);
  return {
    patterns: indices.filter((pattern) => !isLogs(pattern)),
    eventPatterns: indices.filter(isLogs),
  };
}

/** What the API does with stored traces, the same in both hosts. */
export class StoredTraces {
  private readonly previews: PreviewService;

  constructor(
    private readonly where: StoredPatterns,
    onError: (error: unknown) => void,
  ) {
    this.previews = new PreviewService({ ...where, slots: new PreviewSlots(), onError });
  }

  /** As `PreviewService.begin`. */
  preview(
    request: PreviewRequest,
    caller: { readonly client: Client; readonly user: string },
    signal: AbortSignal,
  ): Promise<PreviewLines> {
    return this.previews.begin(request, caller, signal);
  }

  /** As `traceExample`. */
  example(query: TraceExampleQuery & { traceId: string }, client: Client, signal: AbortSignal): Promise<RuleExample> {
    return traceExample(client, query, this.where, signal);
  }

  attributes(
    query: Parameters<typeof knownAttributes>[1],
    client: Client,
    signal?: AbortSignal,
  ): Promise<KnownAttributes> {
    return knownAttributes(client, query, this.where.patterns, signal);
  }
}
