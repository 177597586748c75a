import type { Status } from '../../../common/api/status';
import { DEFAULT_SPACE } from '../../../common/space';
import type { RuleImporter } from '../../rules/rule_importer';
import type { RulePacks } from '../../rules/rule_packs';
import type { RuleService } from '../../rules/rule_service';
import type { ViolationService } from '../../violations/violation_service';

/** What the API does in one space: nothing of another is read or written by it. */
export interface SpaceServices {
  readonly rules: RuleService;
  readonly importer: RuleImporter;
  readonly packs: RulePacks;
  readonly violations: ViolationService;
  readonly status: () => Status;
}

/** The address that a space's API and pages are under; nothing for `default`. */
export const rootOf = (space: string): string => (space === DEFAULT_SPACE ? '' : `/s/${space}`);
