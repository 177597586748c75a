import { i18n } from '@kbn/i18n';
import type { Activity } from '../../../common/api/activity';
import type { Status } from '../../../common/api/status';
import { askedKeys } from '../../../common/dsl/timed_out';
import type { Rule } from '../../../common/rules/rule';
import { analyse } from './editor/analysis';
import { problemText } from './problem_text';

/** Why a rule does not do what it is there for. */
export interface RuleFlaw {
  readonly kind: 'error' | 'vacuous' | 'unseen' | 'silent' | 'braked' | 'costly';
  readonly level: 'danger' | 'warning' | 'hollow';
  readonly label: string;
  readonly help: string;
}

/** What is known beside the rule; undefined where it could not be had. */
export interface RuleKnowledge {
  readonly status: Status | undefined;
  readonly activity: Activity | undefined;
  /** Keys of attributes that stored spans have, where all of them are known. */
  readonly attributes: ReadonlySet<string> | undefined;
}

/** What stands in a rule's way, the worst first; nothing of a rule that is off but that its text has a problem. */
export function flawsOf(rule: Rule, { status, activity, attributes }: RuleKnowledge): readonly RuleFlaw[] {
  const { plan, problem, isVacuous } = meaningOf(rule);
  const rejected = status?.rules.rejected.find(({ ruleId }) => ruleId === rule.id)?.problems[0];
  const error = rejected?.message ?? problem;
  const flaws: RuleFlaw[] = [];
  if (error !== undefined) flaws.push({ kind: 'error', level: 'danger', label: errorLabel(), help: error });
  if (rule.mode === 'off') return flaws;
  const braked = status?.rules.notWritten.find(({ ruleId }) => ruleId === rule.id)?.suppressedLastMinute ?? 0;
  if (braked > 0) flaws.push(brakedFlaw(braked));
  const costly = status?.rules.verdicts.find(({ ruleId }) => ruleId === rule.id)?.tooCostly ?? 0;
  if (costly > 0) flaws.push(costlyFlaw(costly));
  if (isVacuous) flaws.push(vacuousFlaw());
  const fired = activity?.rules.find(({ ruleId }) => ruleId === rule.id);
  // what it has found of late it has seen, in spans that are not stored
  const unseen = attributes && plan && !fired?.count ? askedKeys([...plan]).filter((key) => !attributes.has(key)) : [];
  if (unseen.length > 0) flaws.push(unseenFlaw(unseen));
  // of one that is new nothing is to be expected yet
  const isNew = Date.now() - Date.parse(rule.updatedAt) < DAY_MS;
  const isKnown = activity?.complete && rule.mode === 'on' && !isNew;
  if (isKnown && !fired) flaws.push(silentFlaw());
  return flaws;
}

const DAY_MS = 24 * 3_600_000;

interface Meaning {
  /** Attributes that it reads. */
  readonly plan: ReadonlySet<string> | undefined;
  readonly problem: string | undefined;
  readonly isVacuous: boolean;
}

const meanings = new Map<string, Meaning>();
const MAX_MEANINGS = 10_000;

/** Worked out once for each text. */
function meaningOf({ dsl }: Rule): Meaning {
  const known = meanings.get(dsl);
  if (known) return known;
  const { plan, problems } = analyse(dsl);
  const error = problems.find(({ severity }) => severity === 'error');
  const meaning = {
    plan: plan?.attributes,
    problem: error && problemText(error),
    isVacuous: problems.some(({ code }) => code === 'BT_NOTHING_POSITIVE'),
  };
  if (meanings.size >= MAX_MEANINGS) meanings.clear();
  meanings.set(dsl, meaning);
  return meaning;
}

const errorLabel = (): string => i18n.translate('betrace.flaw.error', { defaultMessage: 'Does not work' });

const brakedFlaw = (count: number): RuleFlaw => ({
  kind: 'braked',
  level: 'warning',
  label: i18n.translate('betrace.flaw.braked', { defaultMessage: 'Paused' }),
  help: i18n.translate('betrace.flaw.brakedHelp', {
    defaultMessage:
      'It finds more than is written in a minute: {count, plural, one {# violation was} other {# violations were}} only counted.',
    values: { count },
  }),
});

const costlyFlaw = (count: number): RuleFlaw => ({
  kind: 'costly',
  level: 'warning',
  label: i18n.translate('betrace.flaw.costly', { defaultMessage: 'Over budget' }),
  help: i18n.translate('betrace.flaw.costlyHelp', {
    defaultMessage: 'Deciding it took too many steps for {count, plural, one {# trace} other {# traces}}.',
    values: { count },
  }),
});

const vacuousFlaw = (): RuleFlaw => ({
  kind: 'vacuous',
  level: 'warning',
  label: i18n.translate('betrace.flaw.vacuous', { defaultMessage: 'Catches almost all' }),
  help: i18n.translate('betrace.flaw.vacuousHelp', {
    defaultMessage: 'It is true of every trace that lacks something, also of those that have nothing to do with it.',
  }),
});

const unseenFlaw = (keys: readonly string[]): RuleFlaw => ({
  kind: 'unseen',
  level: 'warning',
  label: i18n.translate('betrace.flaw.unseen', { defaultMessage: 'Attributes never seen' }),
  help: i18n.translate('betrace.flaw.unseenHelp', {
    defaultMessage: 'No stored span of the last day has: {keys}',
    values: { keys: keys.join(', ') },
  }),
});

const silentFlaw = (): RuleFlaw => ({
  kind: 'silent',
  level: 'hollow',
  label: i18n.translate('betrace.flaw.silent', { defaultMessage: 'Never fired' }),
  help: i18n.translate('betrace.flaw.silentHelp', {
    defaultMessage: 'It has no violation. Preview it on stored traces, or give it an example that must match.',
  }),
});
