import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ImportReport, InstallPackQuery, Packs } from '../../common/api/rules_import';
import { BeTraceError } from '../../common/errors';
import type { RuleImporter } from './rule_importer';
import { readYaml } from './rules_yaml';

/** A rule of a pack as its file has it; what else it has is for the importer. */
interface PackRule {
  readonly name: string;
  readonly description: string;
  readonly severity: string;
  readonly tags: readonly string[];
}

interface Pack {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly rules: readonly PackRule[];
}

/** The packs that come with the product: files of a folder, read once. A file begins with `# Title: what it is for.` */
export class PackFiles {
  private packs: Promise<readonly Pack[]> | undefined;

  constructor(private readonly folder: string) {}

  all(): Promise<readonly Pack[]> {
    this.packs ??= this.read().catch((error: unknown) => {
      this.packs = undefined;
      throw error;
    });
    return this.packs;
  }

  private async read(): Promise<Pack[]> {
    const names = (await readdir(this.folder)).filter((name) => name.endsWith('.yaml')).sort();
    return Promise.all(
      names.map(async (file) => {
        const text = await readFile(path.join(this.folder, file), 'utf8');
        const [, title, description] = /^# ([^:\n]+): (.+)$/m.exec(text) ?? [];
        const rules = (await readYaml(text)) as PackRule[];
        const name = path.basename(file, '.yaml');
        return { name, title: title ?? name, description: description ?? '', rules };
      }),
    );
  }
}

/** The packs seen from one space: which rules of them are installed there, and installing them. */
export class RulePacks {
  constructor(
    private readonly files: PackFiles,
    private readonly importer: RuleImporter,
  ) {}

  async list(): Promise<Packs> {
    const [packs, present] = await Promise.all([this.files.all(), this.importer.present()]);
    return {
      packs: packs.map(({ rules, ...pack }) => ({
        ...pack,
        rules: rules.map(({ name, description, severity, tags }) => {
          const found = present.find({ id: undefined, fields: { name } });
          const id = found === undefined || found === 'ambiguous' ? present.idFor(name) : found.id;
          return { id, name, description, severity, tags: [...tags], installed: found !== undefined };
        }),
      })),
    };
  }

  /** Saves the rules of a pack that are not there. Those that are stay as they are, unless they shall be replaced. */
  async install(name: string, query: InstallPackQuery, author: string): Promise<ImportReport> {
    const pack = (await this.files.all()).find((each) => each.name === name);
    if (!pack) throw new BeTraceError('BT_NOT_FOUND', 'There is no such pack.');
    const options = { dryRun: query.dry_run === 'true', onConflict: query.on_conflict, mode: query.mode };
    return this.importer.import(pack.rules, options, author);
  }
}
