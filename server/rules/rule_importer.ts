import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  IMPORT_RESULTS,
  type ImportedRule,
  type ImportReport,
  type ImportRulesQuery,
} from '../../common/api/rules_import';
import { BeTraceError } from '../../common/errors';
import { importProblem } from '../../common/rules/import_problems';
import type { Mode, Rule } from '../../common/rules/rule';
import { allRules } from './all_rules';
import { derivedId } from './derived_id';
import { type Draft, readEntry } from './rule_entry';
import type { RuleFields, RuleSave, RuleStore } from './rule_store';
import { exported, type ExportFormat, rulesFile, type RulesFile } from './rules_export';
import { readRulesFile } from './rules_file';

const MAX_TURN_MS = 20;

export interface ImportOptions {
  readonly dryRun: boolean;
  readonly onConflict: ImportRulesQuery['on_conflict'];
  /** Of new rules whose file does not name theirs. */
  readonly mode: Mode;
}

/** What a file says about one rule, what is there of it, and what shall become of it. */
interface Step {
  readonly report: ImportedRule;
  readonly save?: RuleSave;
}

/**
 * Takes rules from files and gives them as files. A rule of a file is the rule that has its id; one without an id is the
 * rule that an earlier import made of its name, else the one rule of that name. Each rule is written by itself: what was
 * imported before an error stays, and importing again goes on from there.
 */
export class RuleImporter {
  constructor(
    private readonly store: RuleStore,
    private readonly space: string,
  ) {}

  /** All rules of the space. */
  async export(format: ExportFormat): Promise<RulesFile> {
    return rulesFile(await allRules(this.store, this.space), format);
  }

  /** @throws BT_UNSUPPORTED_MEDIA_TYPE, BT_INVALID_RULES_FILE, BT_TOO_MANY_RULES: nothing has been written then */
  async importFile(
    file: { readonly contentType: string | undefined; readonly bytes: Uint8Array },
    query: ImportRulesQuery,
    author: string,
  ): Promise<ImportReport> {
    const entries = await readRulesFile(file.contentType, file.bytes);
    const options = { dryRun: query.dry_run === 'true', onConflict: query.on_conflict, mode: 'on' } as const;
    return this.import(entries, options, author);
  }

  /** @param entries as they stand in a file */
  async import(entries: readonly unknown[], options: ImportOptions, author: string): Promise<ImportReport> {
    const steps = await this.plan(entries, options);
    if (!options.dryRun) await this.save(steps, author);
    const reports = steps.map(({ report }) => report);
    const counts = IMPORT_RESULTS.map((name) => [name, reports.filter(({ result }) => result === name).length]);
    return { dryRun: options.dryRun, counts: Object.fromEntries(counts) as ImportReport['counts'], rules: reports };
  }

  /** The rules that are there. */
  async present(): Promise<PresentRules> {
    return new PresentRules(await allRules(this.store, this.space), this.space);
  }

  private async plan(entries: readonly unknown[], options: ImportOptions): Promise<Step[]> {
    const present = await this.present();
    const numbers = new Map<string, number>();
    const steps: Step[] = [];
    let turn = performance.now();
    for (const [index, entry] of entries.entries()) {
      steps.push(this.planOne(index + 1, entry, options, present, numbers));
      if (performance.now() - turn < MAX_TURN_MS) continue;
      await nextTurn();
      turn = performance.now();
    }
    return steps;
  }

  private planOne(
    number: number,
    entry: unknown,
    options: ImportOptions,
    present: PresentRules,
    numbers: Map<string, number>,
  ): Step {
    const draft = readEntry(entry);
    if ('problems' in draft) {
      const { name, id, translatedFrom, notes, problems } = draft;
      return { report: reportOf(number, 'refused', { id, name, translatedFrom, notes, problems }) };
    }
    const { fields, notes, translatedFrom } = draft;
    const about = { name: fields.name, dsl: fields.dsl, translatedFrom, notes };
    const refused = (problem: ImportedRule['problems'][number]): Step => ({
      report: reportOf(number, 'refused', { ...about, problems: [problem] }),
    });
    const found = present.find(draft);
    if (found === 'ambiguous') {
      const count = present.countOf(fields.name);
      return refused(importProblem('BT_IMPORT_AMBIGUOUS', { count, name: fields.name }));
    }
    const id = found?.id ?? draft.id ?? present.idFor(fields.name);
    const earlier = numbers.get(id);
    if (earlier !== undefined) {
      return refused(
        importProblem('BT_IMPORT_TWICE', { number: earlier, what: draft.id === undefined ? 'name' : 'id' }),
      );
    }
    numbers.set(id, number);
    const complete: RuleFields = { ...fields, mode: fields.mode ?? found?.mode ?? options.mode };
    const told = { ...about, id, mode: complete.mode };
    if (!found) {
      return { report: reportOf(number, 'created', told), save: { id, fields: complete, ifRevision: undefined } };
    }
    if (isSame(found, complete)) return { report: reportOf(number, 'unchanged', told) };
    if (options.onConflict === 'skip') return { report: reportOf(number, 'exists', { ...told, mode: found.mode }) };
    return { report: reportOf(number, 'updated', told), save: { id, fields: complete, ifRevision: found.revision } };
  }

  /** Where a new rule's id is taken in another space, it is saved under one that follows from it and this space. */
  private async save(steps: readonly Step[], author: string): Promise<void> {
    const failed = await this.saveAll(steps, author);
    const elsewhere: Step[] = [];
    for (const { report, save } of failed) {
      if (save?.ifRevision === undefined && save && !(await this.isHere(save.id))) {
        const id = derivedId(this.space, save.id);
        report.notes.push(importProblem('BT_NOTE_OTHER_ID', { found: save.id, id }));
        report.id = id;
        elsewhere.push({ report, save: { ...save, id } });
      } else refuse(report);
    }
    for (const { report } of await this.saveAll(elsewhere, author)) refuse(report);
  }

  /** @returns those that were not saved */
  private async saveAll(steps: readonly Step[], author: string): Promise<Step[]> {
    const writing = steps.filter(({ save }) => save !== undefined);
    if (writing.length === 0) return [];
    const saves = writing.map(({ save }) => save!);
    const saved = await this.store.saveAll(saves, this.space, author);
    return writing.filter((_step, i) => !saved[i]);
  }

  private async isHere(id: string): Promise<boolean> {
    try {
      await this.store.get(id, this.space);
      return true;
    } catch (error) {
      if (error instanceof BeTraceError && error.code === 'BT_NOT_FOUND') return false;
      throw error;
    }
  }
}

function refuse(report: ImportedRule): void {
  report.result = 'refused';
  report.problems.push(importProblem('BT_IMPORT_CHANGED'));
}

/** The rules of a space, to be found as a file names them. */
export class PresentRules {
  private readonly byId: ReadonlyMap<string, Rule>;
  private readonly byName = new Map<string, Rule[]>();

  constructor(
    rules: readonly Rule[],
    private readonly space: string,
  ) {
    this.byId = new Map(rules.map((rule) => [rule.id, rule]));
    for (const rule of rules) this.byName.set(rule.name, [...(this.byName.get(rule.name) ?? []), rule]);
  }

  /** The id that a rule without one gets. */
  idFor(name: string): string {
    return derivedId(this.space, 'rule', name);
  }

  countOf(name: string): number {
    return this.byName.get(name)?.length ?? 0;
  }

  find({ id, fields: { name } }: Pick<Draft, 'id'> & { fields: { name: string } }): Rule | 'ambiguous' | undefined {
    if (id !== undefined) return this.byId.get(id) ?? this.byId.get(derivedId(this.space, id));
    const imported = this.byId.get(this.idFor(name));
    if (imported) return imported;
    const named = this.byName.get(name) ?? [];
    return named.length > 1 ? 'ambiguous' : named[0];
  }
}

const isSame = (rule: Rule, fields: RuleFields): boolean =>
  JSON.stringify(exported(rule)) === JSON.stringify(exported({ ...rule, examples: [], ...fields }));

function reportOf(
  number: number,
  result: ImportedRule['result'],
  about: {
    readonly id?: string | undefined;
    readonly name?: string | undefined;
    readonly mode?: Mode;
    readonly dsl?: string;
    readonly translatedFrom?: string | undefined;
    readonly notes: readonly ImportedRule['notes'][number][];
    readonly problems?: readonly ImportedRule['problems'][number][];
  },
): ImportedRule {
  const { id, name, mode, dsl, translatedFrom, notes, problems = [] } = about;
  return {
    number,
    result,
    ...(id === undefined ? {} : { id }),
    ...(name === undefined ? {} : { name }),
    ...(mode ? { mode } : {}),
    ...(dsl === undefined ? {} : { dsl }),
    ...(translatedFrom === undefined ? {} : { translatedFrom }),
    notes: [...notes],
    problems: [...problems],
  };
}
