import { GLOBALS, BUILTINS } from '../members';
import { parameterMeanings } from './calls';
import type { Callee, FrameKind } from './frame';
import { Frame, keyMeaning } from './frame';
import type { Meaning, Member } from './meaning';
import { isAttributes, memberOf, ONE_SPAN, UNKNOWN, valueOf } from './meaning';
import type { Lexeme } from './scan';
import { mayBe, OBJECT } from '../types';

/** A name or key in the text, and what it stands for. */
export interface Word {
  readonly lexeme: Lexeme;
  /** `part`: of an attribute that is an object. */
  readonly role: 'variable' | 'predicate' | 'global' | 'member' | 'key' | 'part' | 'unknown';
  readonly meaning: Meaning;
  /** Of members: what they are of. */
  readonly owner?: Meaning;
  readonly member?: Member;
}

/** How far back a bracket looks for its partner when others in between were left open. */
const FARTHEST = 64;
const CLOSED_BY: Readonly<Record<string, readonly FrameKind[]>> = {
  ')': ['call', 'group', 'parameters'],
  ']': ['index', 'list'],
  '}': ['block'],
};

const GLOBAL_MEANINGS: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ['trace', { kind: 'trace', isGrouped: false }],
  ['Math', { kind: 'library', name: 'Math' }],
  ['Array', { kind: 'library', name: 'Array' }],
  ...['Number', 'String'].map((name): [string, Meaning] => [
    name,
    { kind: 'function', parameters: 1, gives: valueOf({ mask: BUILTINS.get(name)!.result }) },
  ]),
]);

const isObject = (meaning: Meaning): boolean => meaning.kind === 'value' && mayBe(meaning.type, OBJECT);

/** What an outline keeps of all these lexemes. */
export function outlineOf(lexemes: Iterable<Lexeme>): Outline {
  const outline = new Outline();
  for (const lexeme of lexemes) outline.read(lexeme);
  return outline;
}

/**
 * Reads lexemes one after the other and keeps what each name stands for and what may come next, whatever is broken before
 * and whatever is missing after. Takes constant time a lexeme.
 */
export class Outline {
  readonly names = new Map<string, Meaning>();
  readonly words: Word[] = [];
  private readonly frames: Frame[] = [new Frame('rule')];
  private readonly bound: { readonly depth: number; readonly name: string; readonly hidden: Meaning | undefined }[] =
    [];
  /** What is before a dot that was just read. */
  private dotted: Meaning | undefined;
  private callee: Callee | undefined;
  private parameters: Lexeme[] = [];
  private definition: string | undefined;
  /** The last lexeme but comments. */
  last: Lexeme | undefined;

  get frame(): Frame {
    return this.frames.at(-1)!;
  }

  /** What a property or method is to be of, if a dot is the last that was read. */
  get owner(): Meaning | undefined {
    return this.dotted;
  }

  read(lexeme: Lexeme): void {
    if (lexeme.kind === 'comment') return;
    this.take(lexeme);
    if (lexeme.kind !== '.' && lexeme.kind !== '?.') this.dotted = undefined;
    this.last = lexeme;
  }

  private take(lexeme: Lexeme): void {
    const { frame } = this;
    switch (lexeme.kind) {
      case 'identifier':
        return this.word(lexeme);
      case 'parameter':
        return this.bind([lexeme]);
      case '.':
      case '?.':
        this.dotted = frame.operand ?? UNKNOWN;
        return;
      case '(':
      case '[':
      case '{':
      case 'parameters(':
        return this.open(lexeme.kind);
      case ')':
      case ']':
      case '}':
        return this.close(lexeme.kind);
      case ',':
        this.unbind(this.frames.length);
        return frame.comma();
      case ';':
        return this.endStatement();
      case 'number':
      case 'string':
      case 'true':
      case 'false':
      case 'null':
      case 'undefined':
        return frame.literal(lexeme);
      case 'regex':
        frame.operand = { kind: 'regex' };
        return;
      case 'invalid':
      case 'reserved':
        frame.operand = UNKNOWN;
        return;
      case '&&':
      case '||':
      case '??':
      case ':':
        return frame.alternate();
      case '?':
      case '=>':
      case '=':
      case 'const':
      case 'return':
        return frame.forget();
      case '!':
      case 'in':
        return frame.negate();
      case '+':
      case '-':
      case '*':
      case '/':
      case '%':
        return frame.calculate(lexeme.kind);
      case 'typeof':
      case 'comment':
      case '...':
        return;
      default:
        return frame.compare();
    }
  }

  private word(lexeme: Lexeme): void {
    const { dotted, frame } = this;
    const name = lexeme.text;
    if (dotted) {
      const key = keyMeaning(dotted, name);
      const member = key ? undefined : memberOf(dotted, name);
      // of an attribute that may be an object every property may be anything
      frame.operand = key ?? (isObject(dotted) ? undefined : member?.meaning) ?? UNKNOWN;
      this.callee = { owner: dotted, member };
      this.words.push({
        lexeme,
        role: key ? 'key' : member ? 'member' : isObject(dotted) ? 'part' : 'unknown',
        meaning: frame.operand,
        owner: dotted,
        ...(member ? { member } : {}),
      });
      return;
    }
    if (frame.kind === 'parameters') {
      this.parameters.push(lexeme);
      return;
    }
    if (this.last?.kind === 'const') {
      this.definition = name;
      this.add(lexeme, 'predicate', UNKNOWN);
      return;
    }
    const known = this.names.get(name);
    const meaning = known ?? GLOBAL_MEANINGS.get(name) ?? UNKNOWN;
    const role = known ? (known.kind === 'function' ? 'predicate' : 'variable') : 'unknown';
    this.add(lexeme, !known && GLOBALS.has(name) ? 'global' : role, meaning);
    this.callee = { owner: meaning };
    frame.operand = meaning;
  }

  private add(lexeme: Lexeme, role: Word['role'], meaning: Meaning): void {
    this.words.push({ lexeme, role, meaning });
  }

  private open(kind: '(' | '[' | '{' | 'parameters('): void {
    const { operand } = this.frame;
    if (kind === '{') this.frames.push(new Frame('block'));
    else if (kind === 'parameters(') {
      this.parameters = [];
      this.frames.push(new Frame('parameters'));
    } else if (operand === undefined) this.frames.push(new Frame(kind === '(' ? 'group' : 'list'));
    else if (kind === '[') this.frames.push(new Frame('index', { owner: operand }));
    else this.frames.push(new Frame('call', this.last?.kind === 'identifier' ? this.callee : { owner: UNKNOWN }));
  }

  private close(kind: ')' | ']' | '}'): void {
    const fitting = CLOSED_BY[kind]!;
    const lowest = Math.max(1, this.frames.length - FARTHEST);
    let at = this.frames.length - 1;
    while (at >= lowest && !fitting.includes(this.frames[at]!.kind)) at--;
    if (at < lowest) return;
    const closed = this.frames[at]!;
    this.frames.length = at;
    this.unbind(at + 1);
    if (closed.kind === 'parameters') this.bind(this.parameters);
    else this.frame.operand = closed.close();
    const { key, callee } = closed;
    if (closed.kind === 'index' && key && isAttributes(callee?.owner)) {
      this.words.push({ lexeme: key, role: 'key', meaning: this.frame.operand!, owner: callee!.owner });
    }
  }

  /** Gives the parameters of the arrow function that stands here their meanings. */
  private bind(parameters: readonly Lexeme[]): void {
    const { kind, callee } = this.frame;
    const known =
      kind !== 'call' ? [ONE_SPAN, ONE_SPAN] : callee?.member ? parameterMeanings(callee.owner, callee.member) : [];
    parameters.forEach((parameter, i) => {
      const name = parameter.text;
      const meaning = known[i] ?? UNKNOWN;
      this.bound.push({ depth: this.frames.length, name, hidden: this.names.get(name) });
      this.names.set(name, meaning);
      this.add(parameter, 'variable', meaning);
    });
    this.frame.parameters = parameters.length;
  }

  /** Forgets the parameters of arrow functions inside so many brackets or more. */
  private unbind(depth: number): void {
    for (let last = this.bound.at(-1); last && last.depth >= depth; last = this.bound.at(-1)) {
      if (last.hidden) this.names.set(last.name, last.hidden);
      else this.names.delete(last.name);
      this.bound.pop();
    }
  }

  private endStatement(): void {
    const [rule] = this.frames;
    const value = rule!.argument();
    this.unbind(1);
    if (this.definition !== undefined && value?.kind === 'function') this.names.set(this.definition, value);
    this.definition = undefined;
    this.frames.splice(0, this.frames.length, new Frame('rule'));
  }
}
