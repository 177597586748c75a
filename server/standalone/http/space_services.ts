import type { PreviewRequest } from '../../../common/api/preview';
import type { RuleExample } from '../../../common/api/rule_examples';
import type { Status } from '../../../common/api/status';
import type {
  KnownAttributes,
  KnownAttributesQuery,
  PullState,
  StartPull,
  TraceExampleQuery,
} from '../../../common/api/stored_traces';
import { DEFAULT_SPACE } from '../../../common/space';
import type { RuleImporter } from '../../rules/rule_importer';
import type { RulePacks } from '../../rules/rule_packs';
import type { RuleService } from '../../rules/rule_service';
import type { PreviewLines } from '../../traces/preview';
import type { ViolationService } from '../../violations/violation_service';

/** What the API does in one space: nothing of another is read or written by it. */
export interface SpaceServices {
  readonly rules: RuleService;
  readonly importer: RuleImporter;
  readonly packs: RulePacks;
  readonly violations: ViolationService;
  readonly status: () => Status;
  readonly storedTraces: {
    preview(request: PreviewRequest, user: string, signal: AbortSignal): Promise<PreviewLines>;
    attributes(query: KnownAttributesQuery): Promise<KnownAttributes>;
    pullState(): Promise<PullState>;
    startPull(request: StartPull, user: string): Promise<PullState>;
    stopPull(user: string): Promise<PullState>;
    example(query: TraceExampleQuery & { traceId: string }, signal: AbortSignal): Promise<RuleExample>;
  };
}

/** The address that a space's API and pages are under; nothing for `default`. */
export const rootOf = (space: string): string => (space === DEFAULT_SPACE ? '' : `/s/${space}`);
